import { expect, test } from 'vitest';
import { amountIn, unitsIn } from '#connectors/figures.ts';

test('an amount is plain digits, at least zero, of a size that can be stored; anything else is no amount', () => {
  for (const text of ['0', '12', '5.00', '0.0001', '5.000000', '999999999999999.9999']) expect(amountIn(text)).toBe(text);
  for (const text of ['', '1,299.00', '-5.00', 'NaN', 'Infinity', '1e5', '5.', '.5', '0.00001', '1000000000000000', ' 5', '٣'])
    expect(amountIn(text)).toBeNull();
});

test('units are whole and of a size that a shelf has; anything else is not known', () => {
  for (const figure of [0, 5, -666, 1_000_000_000, -1_000_000_000]) expect(unitsIn(figure)).toBe(figure);
  for (const figure of [1e12, 1_000_000_001, -1e12, 6.5, Number.NaN]) expect(unitsIn(figure)).toBeNull();
});
