import { expect, test } from 'vitest';
import { ApiProblem } from '~/api.ts';
import type { FieldIssue } from '~/api-model.ts';
import { asksBelowZero, readAdjustment } from './adjustment.ts';

test('a count replaces what is on hand, a difference is added to it', () => {
  expect(readAdjustment('counted', ' 12 ', 40)).toEqual({ value: 12, onHand: 12 });
  expect(readAdjustment('delta', '+12', 40)).toEqual({ value: 12, onHand: 52 });
  expect(readAdjustment('delta', '-1', 40)).toEqual({ value: -1, onHand: 39 });
});

test('zero units can be counted, but a difference of zero is no change', () => {
  expect(readAdjustment('counted', '0', 4)).toEqual({ value: 0, onHand: 0 });
  expect(readAdjustment('delta', '0', 4)).toHaveProperty('problem');
});

test.each(['', '-3', '1.5', '1e3', 'ten', '99999999999'])('"%s" is no count, and the sentence says the rule', (typed) => {
  expect(readAdjustment('counted', typed, 1)).toEqual({
    problem: expect.stringMatching(/^A count is a whole number such as 12/),
  });
});

test('only a difference that would leave less than nothing is asked about; any other refusal stands', () => {
  const refused = (issue: FieldIssue) =>
    asksBelowZero(new ApiProblem(400, { code: 'invalid_input', detail: 'It would leave -2.', issues: [issue] }, null));
  expect(refused({ path: 'delta', message: 'Leaves less than 0.', confirmBy: 'belowZero' })).toBe('It would leave -2.');
  expect(refused({ path: 'delta', message: 'Leaves too many.' })).toBeNull();
  expect(refused({ path: 'counted', message: 'Leaves less than 0.' })).toBeNull();
  expect([asksBelowZero(null), asksBelowZero(new Error('Leaves less than 0.'))]).toEqual([null, null]);
});
