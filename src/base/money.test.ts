import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalAmount, currencyExponent, parseAmount, sameAmount } from '#base/money.ts';

describe('amounts that people and files give', () => {
  test.each(['0', '12', '12.5', '1299.00', '-3.50', ' 7.25 '])('%s is a number', (text) => {
    expect(parseAmount(text)).toEqual({ amount: text.trim() });
  });

  test.each([
    ['1,299.00', '1299.00'],
    ['1.299,00', '1299.00'],
    ['12,50', '12.50'],
    ['1,299', '1299'],
    ['1.234.567', '1234567'],
    ['$12.50', '12.50'],
    ['12.50 USD', '12.50'],
    ['₫120.000', '120000'],
    ['1 299,5', '1299.5'],
    ["1'299.00", '1299.00'],
    ['1,234,567.89', '1234567.89'],
    ['-1,299.00', '-1299.00'],
    ['5.', '5'],
  ])('%s is refused, with the guess %s', (text, guess) => {
    const parsed = parseAmount(text);
    expect(parsed).toHaveProperty('problem');
    expect('problem' in parsed && parsed.problem).toContain(`did you mean ${guess}?`);
  });

  test.each(['', 'abc', '-', '.', ',', 'NaN', 'Infinity', '٣', '1e5', '0x10', '5-10', '1.00 + tax 0.20'])(
    '"%s" is refused without a guess',
    (text) => {
      const parsed = parseAmount(text);
      expect('problem' in parsed && !parsed.problem.includes('did you mean')).toBe(true);
    },
  );

  test.each(['1e5', '0x10', '1_000', '--5', '.5', '5.', '+5', '123456789012345678901'])('%s is no amount', (text) => {
    expect(parseAmount(text)).toHaveProperty('problem');
  });

  test('whatever is given, the answer is a plain decimal or a sentence that quotes at most forty characters of it', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        const parsed = parseAmount(text);
        if ('amount' in parsed) expect(parsed.amount).toMatch(/^-?\d+(\.\d+)?$/);
        else expect(parsed.problem.length).toBeLessThan(160);
      }),
    );
  });
});

describe('currencies', () => {
  test('have the exponent of ISO 4217', () => {
    const exponents = { USD: 2, EUR: 2, VND: 0, JPY: 0, KRW: 0, CLP: 0, KWD: 3, BHD: 3, JOD: 3, IDR: 2, HUF: 2, TWD: 2 };
    for (const [currency, digits] of Object.entries(exponents))
      expect([currency, currencyExponent(currency)]).toEqual([currency, digits]);
  });

  test('write amounts rounded half-up with exactly their digits', () => {
    expect(canonicalAmount('1.005', 'USD')).toBe('1.01');
    expect(canonicalAmount('2.5', 'VND')).toBe('3');
    expect(canonicalAmount('1.0005', 'KWD')).toBe('1.001');
    expect(canonicalAmount('1e3', 'USD')).toBe('1000.00');
    expect(canonicalAmount('12345678901234567.89', 'USD')).toBe('12345678901234567.89');
  });

  test('compare amounts as numbers, however written', () => {
    expect(sameAmount('5', '5.00')).toBe(true);
    expect(sameAmount('5', '5.0001')).toBe(false);
    expect(sameAmount(null, null)).toBe(true);
    expect(sameAmount(null, '0')).toBe(false);
  });
});
