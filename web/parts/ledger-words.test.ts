import { describe, expect, test } from 'vitest';
import { signed } from '~/parts/amounts.ts';
import { causePhrase, causeWords, onHandWords } from '~/parts/ledger-words.ts';

const line = { who: null, createdBy: null, documentKind: null, storeName: null };

test('a line that changes nothing says so; one that reserves says nothing of what is on hand', () => {
  expect(onHandWords({ delta: 0, reservedDelta: 0 })).toBe('0');
  expect(onHandWords({ delta: 0, reservedDelta: 2 })).toBe('');
  expect(onHandWords({ delta: -2, reservedDelta: -2 })).toBe(signed(-2));
});

describe('who booked a line of the ledger', () => {
  test.each([
    ['a person', { createdBy: 'u', who: 'Mai' }, 'Mai', 'by Mai'],
    ['a person who left', { createdBy: 'u', documentKind: 'receipt' }, 'Somebody who left', 'by somebody who left'],
    [
      'a person who took a figure over',
      { createdBy: 'u', who: 'Mai', documentKind: 'store', storeName: 'Saigon' },
      'Mai',
      'by Mai',
    ],
    ['an order', { documentKind: 'order', storeName: 'Saigon' }, 'Saigon', 'Saigon'],
    ['an order that is gone', { documentKind: 'order' }, 'Order', 'Order'],
    ['a store', { documentKind: 'store', storeName: 'Saigon' }, 'Saigon', 'Saigon'],
    ['a file', { documentKind: 'import' }, 'Product file', 'Product file'],
    ['something new', { documentKind: 'unheard_of' }, 'StoreSync', 'StoreSync'],
    ['nothing', {}, '', ''],
  ])('%s', (_, part, words, phrase) => {
    expect([causeWords({ ...line, ...part }), causePhrase({ ...line, ...part })]).toEqual([words, phrase]);
  });
});
