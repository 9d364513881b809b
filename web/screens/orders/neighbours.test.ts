import { expect, test } from 'vitest';
import { neighboursOf, placeOf } from './neighbours.ts';

const rows = ['a', 'b', 'c'].map((id) => ({ id }));
const told = (...given: Parameters<typeof neighboursOf>) => {
  const { above, below } = neighboursOf(...given);
  return [above?.id, below?.id];
};

test('the rows above and below the open one; none beyond the ends', () => {
  expect(told(rows, 'b', null)).toEqual(['a', 'c']);
  expect(told(rows, 'a', null)).toEqual([undefined, 'b']);
  expect(told(rows, 'c', null)).toEqual(['b', undefined]);
});

test('when the open one has left the list, what stands in its place comes next', () => {
  const last = placeOf(rows, 'b');
  const without = rows.filter(({ id }) => id !== 'b');
  expect(told(without, 'b', last)).toEqual(['a', 'c']);
  expect(told(rows.slice(0, 2), 'c', placeOf(rows, 'c'))).toEqual(['b', undefined]);
});

test('one that was never in the list, opened by its address, has no neighbours, nor has the place of another', () => {
  expect(told(rows, 'x', null)).toEqual([undefined, undefined]);
  expect(told(rows, 'x', placeOf(rows, 'b'))).toEqual([undefined, undefined]);
  expect(placeOf(rows, undefined)).toBeNull();
});
