import { expect, test } from 'vitest';
import type { Connector } from '#connectors/connector.ts';
import { refusalSentence } from '#listings/refusal-sentence.ts';

const messages = {
  price_zero: {
    en: '{platform} refused {price} for {title}.',
    vi: '{platform} từ chối {price}.',
    id: '{platform} menolak {price}.',
  },
};
const connectors = { corner_shop: { manifest: { name: 'Corner Shop' }, messages } as unknown as Connector };
const refusal = { code: 'price_zero', parameters: { price: '0.00', title: 'Hat {price}' } };

test("the connector's sentence is filled with the refusal's parameters, in the language asked for", () => {
  expect(refusalSentence(connectors, 'corner_shop', refusal)).toBe('Corner Shop refused 0.00 for Hat {price}.');
  expect(refusalSentence(connectors, 'corner_shop', refusal, 'vi')).toBe('Corner Shop từ chối 0.00.');
});

test('a code without a sentence, a missing parameter and an unknown platform still make a sentence', () => {
  expect(refusalSentence(connectors, 'corner_shop', { code: 'brand_new', parameters: {} })).toMatch(
    /^Corner Shop refused the change\./,
  );
  expect(refusalSentence(connectors, 'corner_shop', { code: 'price_zero', parameters: {} })).toBe(
    'Corner Shop refused {price} for {title}.',
  );
  expect(refusalSentence({}, 'gone_shop', refusal, 'id')).toMatch(/^gone_shop menolak/);
});

test('a parameter named like a thing of the language itself is not looked up there', () => {
  const odd = {
    corner_shop: { manifest: { name: 'C' }, messages: { odd: { en: '{constructor}', vi: '', id: '' } } } as unknown as Connector,
  };
  expect(refusalSentence(odd, 'corner_shop', { code: 'odd', parameters: {} })).toBe('{constructor}');
});
