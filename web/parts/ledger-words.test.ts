import { describe, expect, test } from 'vitest';
import { causePhrase, causeWords } from '~/parts/ledger-words.ts';

const line = { who: null, createdBy: null, documentKind: null, storeName: null };

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
