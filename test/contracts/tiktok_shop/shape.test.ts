import { expect, test } from 'vitest';
import { shapeFaults } from '#test/contracts/tiktok_shop/shape.ts';

const sample = { type: 5, data: { product_id: 7, reasons: [{ text: 'a' }], notes: [] }, shop_id: '1' };

test('a part of the sample, with other values, fits', () => {
  expect(shapeFaults({ type: 1, data: { reasons: [{ text: 'b' }, {}], notes: ['x'] } }, sample, 'body')).toEqual([]);
});

test('a field that the sample does not have, or has in another kind, is named', () => {
  expect(shapeFaults({ kind: 1 }, sample, 'body')).toEqual(['body.kind: not in the sample']);
  expect(shapeFaults({ shop_id: 1 }, sample, 'body')).toEqual(['body.shop_id: number, where the sample has string']);
  expect(shapeFaults({ data: { reasons: [{ text: 'b' }, 'c'] } }, sample, 'body')).toEqual([
    'body.data.reasons.1: string, where the sample has object',
  ]);
  expect(shapeFaults({ data: null }, sample, 'body')).toEqual(['body.data: null, where the sample has object']);
});
