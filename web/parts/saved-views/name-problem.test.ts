import { expect, test } from 'vitest';
import { nameProblem } from './name-problem.ts';

test.each(['Gifts', 'x'.repeat(60), '🏮'.repeat(60), `  ${'x'.repeat(60)}  `, 'Cafe\u0301'])('"%s" may be a name', (name) => {
  expect(nameProblem(name)).toBeUndefined();
});

test.each([
  ['', 'needs a name'],
  ['  \n', 'needs a name'],
  ['x'.repeat(61), 'this one has 61'],
  ['🏮'.repeat(64), 'this one has 64'],
])('"%s" is none, and it is said why', (name, why) => {
  expect(nameProblem(name)).toContain(why);
});
