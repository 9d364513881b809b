import fc from 'fast-check';
import { expect, test } from 'vitest';
import { storableJson, unstorableIn } from '#base/storable-text.ts';

const read = (json: string): unknown => JSON.parse(storableJson(json));

test('a NUL is left out and half a pair replaced, whole pairs, other escapes and escaped backslashes stay', () => {
  expect(read(String.raw`"a\u0000b"`)).toBe('ab');
  expect(read(String.raw`"\ud83cISON \uDFEE"`)).toBe('�ISON �');
  expect(read(String.raw`"\uD83C\uDFEE\ud83c\udfee"`)).toBe('🏮🏮');
  expect(read(String.raw`"\ud83c\ud83c\udfee"`)).toBe('�🏮');
  expect(read(String.raw`"C:\\u0000 \\ud83c \u00e9\n"`)).toBe('C:\\u0000 \\ud83c é\n');
  expect(read(String.raw`{"\u0000key": ["\\\u0000"]}`)).toEqual({ key: ['\\'] });
});

test('whatever text JSON holds can be stored afterwards, and text that could be is not changed', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.array(fc.nat(0xff_ff)), (whole, units) => {
      const torn = whole + String.fromCharCode(...units);
      const text = read(JSON.stringify(torn));
      expect(unstorableIn(String(text))).toBeNull();
      if (unstorableIn(torn) === null) expect(text).toBe(torn);
      expect(text).toBe(torn.replaceAll('\0', '').toWellFormed());
    }),
  );
});

test('what cannot be stored is told apart', () => {
  expect([unstorableIn('a\0b'), unstorableIn('a\ud83c'), unstorableIn('🏮 ok')]).toEqual(['nul', 'half_character', null]);
});
