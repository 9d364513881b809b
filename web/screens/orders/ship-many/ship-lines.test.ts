import { describe, expect, test } from 'vitest';
import { ApiProblem } from '~/api.ts';
import type { Order, OrderDetail } from '~/api-model/orders.ts';
import { fillCarrier, fillNumbers, readPaste } from './fill-lines.ts';
import {
  openLine,
  problemsOf,
  readLines,
  type ShipLine,
  sharedNumbers,
  standingOf,
  toShipWords,
  whyNotHere,
  withCarriers,
} from './ship-lines.ts';
import { summaryWords, unsavedWords } from './ship-words.ts';

const reservedAt = (...places: string[]) => places.map((locationName) => ({ locationName, reserved: 1 }));

/** All that is read here of an order; a store with a list of carriers unless it takes any name. */
function detailOf(id: string, change: object = {}): OrderDetail {
  const order = {
    id,
    number: `#${id}`,
    storeName: 'Blue Lantern',
    carriers: null,
    canShip: { possible: true, why: null },
    shipments: [],
    items: [
      { id: `${id}-shirt`, title: 'Shirt', variantTitle: 'M', toShip: 2, bookings: reservedAt('Main') },
      { id: `${id}-hat`, title: 'Hat', variantTitle: '', toShip: 1, bookings: reservedAt('Main') },
      { id: `${id}-sent`, title: 'Sock', variantTitle: '', toShip: 0, bookings: reservedAt('Barn') },
    ],
    ...change,
  };
  return order as unknown as OrderDetail;
}

function lineOf(id: string, change: Partial<ShipLine> = {}, detail: object = {}): ShipLine {
  const whole = detailOf(id, detail);
  return { ...openLine(whole as Order), detail: whole, ...change };
}

const listed = { carriers: [], storeName: 'Silk Road' };
const offering = (...names: string[]) => names.map((name) => ({ code: name, name }));
const cancelled = { canShip: { possible: false, why: 'This order was cancelled. There is nothing to ship.' } };

describe('which orders are shipped beside others', () => {
  test('one that the server lets be shipped, from one place; what is shipped already stands in nobody’s way', () => {
    expect(whyNotHere(detailOf('1'))).toBeNull();
    expect(toShipWords(detailOf('1'))).toBe('3 units: 2 × Shirt / M, Hat');
    expect(standingOf(lineOf('1'))).toBe('open');
  });

  test('any other is left alone, with the reason that the server gives', () => {
    expect(whyNotHere(detailOf('1', cancelled))).toBe('This order was cancelled. There is nothing to ship.');
    expect(standingOf(lineOf('1', {}, cancelled))).toBe('not_here');
  });

  test('goods at several places, and what was refused before, are left to a look at the order', () => {
    const items = [
      { id: 'a', title: 'A', variantTitle: '', toShip: 1, bookings: reservedAt('Main') },
      { id: 'b', title: 'B', variantTitle: '', toShip: 2, bookings: reservedAt('Barn', 'Main') },
    ];
    expect(whyNotHere(detailOf('1', { items }))).toContain('Main and Barn');
    expect(whyNotHere(detailOf('1', { items }))).toContain('Open the order to ship it.');
    const shipments = [{ ours: true, state: 'refused' }];
    expect(whyNotHere(detailOf('1', { shipments }))).toContain('refused its last shipment');
    expect(whyNotHere(detailOf('1', { shipments: [...shipments, { ours: true, state: 'cancelled' }] }))).toBeNull();
    expect(whyNotHere(detailOf('1', { shipments: [{ ours: false, state: 'refused' }] }))).toBeNull();
  });
});

describe('what is sent', () => {
  test('is all that is left of each order that is open, as a single shipment would have it', () => {
    const typed = { carrier: ' DHL ', trackingNumber: ' T1 ' };
    const lines = [
      lineOf('1', typed),
      lineOf('2', typed, cancelled),
      lineOf('3', { ...typed, leftOut: true }),
      lineOf('4', { ...typed, stage: 'reported' }),
      lineOf('5', { detail: null }),
    ];
    const inputs = readLines(lines, false);
    expect([...(inputs?.keys() ?? [])]).toEqual(['1']);
    expect(inputs?.get('1')).toEqual({
      items: [
        { itemId: '1-shirt', quantity: 2 },
        { itemId: '1-hat', quantity: 1 },
      ],
      carrier: 'DHL',
      trackingNumber: 'T1',
      notifyBuyer: false,
    });
  });

  test('is nothing at all while a line breaks a rule of its store, and the rule is said in the same words', () => {
    const bad = lineOf('2', {}, listed);
    expect(readLines([lineOf('1'), bad], true)).toBeNull();
    expect(problemsOf(bad, true)).toEqual({
      carrier: 'Say who carries it.',
      trackingNumber: 'Give the tracking number that the carrier gave you.',
    });
    expect(problemsOf(lineOf('1'), true)).toEqual({});
    expect(problemsOf(lineOf('1', { trackingNumber: 'T1' }), true)).toEqual({ carrier: 'Say who carries it.' });
  });

  test('a rule is said of a field once somebody has left it, and of no other', () => {
    expect(problemsOf(lineOf('1', {}, listed), false)).toEqual({});
    const left = { carrier: true, trackingNumber: false };
    expect(problemsOf(lineOf('1', { left }, listed), false)).toEqual({ carrier: 'Say who carries it.' });
    expect(problemsOf(lineOf('1', { left, leftOut: true }, listed), false)).toEqual({});
  });

  test('a carrier that the store turns out not to offer is chosen anew', () => {
    expect(withCarriers(lineOf('1', { carrier: 'DHL' }, listed), offering('UPS')).carrier).toBe('');
    expect(withCarriers(lineOf('1', { carrier: 'UPS' }, listed), offering('UPS')).carrier).toBe('UPS');
    expect(withCarriers(lineOf('1', { carrier: 'DHL' }, listed), []).carrier).toBe('DHL');
  });
});

test('one number for several orders is pointed out at each of them, however it is written', () => {
  const lines = [
    lineOf('1', { trackingNumber: 'ab1' }),
    lineOf('2', { trackingNumber: ' AB1 ', stage: 'reported' }),
    lineOf('3', { trackingNumber: 'AB1', leftOut: true }),
    lineOf('4', { trackingNumber: '' }),
    lineOf('5', { trackingNumber: '' }),
  ];
  expect([...sharedNumbers(lines)]).toEqual([
    ['1', ['#2']],
    ['2', ['#1']],
  ]);
});

describe('a carrier for all', () => {
  test('fills the lines that have none, by the store’s own spelling where it has a list', () => {
    const lines = [
      lineOf('1'),
      lineOf('2', { carrier: 'GLS' }),
      lineOf('3', { carriers: offering('J&T Express') }, listed),
      lineOf('4', {}, cancelled),
      lineOf('5', { leftOut: true }),
    ];
    const filling = fillCarrier(lines, ' j&t express ');
    expect([...filling.values]).toEqual([
      ['1', 'j&t express'],
      ['3', 'J&T Express'],
    ]);
    expect(filling.words).toBe('j&t express is filled in for 2 orders.');
  });

  test('is not forced on a store that does not offer it, and that is said', () => {
    const lines = [lineOf('1'), lineOf('2', { carriers: offering('UPS') }, listed), lineOf('3', {}, listed)];
    const filling = fillCarrier(lines, 'DHL');
    expect([...filling.values]).toEqual([['1', 'DHL']]);
    expect(filling.words).toBe(
      'DHL is filled in for 1 order. Silk Road does not offer it for 2 orders: choose from the list there.',
    );
    expect(fillCarrier([lineOf('1', { carrier: 'GLS' })], 'DHL').words).toBe('Every order here has a carrier already.');
  });
});

describe('a paste', () => {
  test('of one text is left to the field; rows and columns are not, a heading is', () => {
    expect(readPaste('T1')).toBeNull();
    expect(readPaste('T1\r\n')).toBeNull();
    expect(readPaste('')).toBeNull();
    expect(readPaste('T1\r\nT2\n\n')).toEqual([['T1'], ['T2']]);
    expect(readPaste('T1\n\nT3')).toEqual([['T1'], [''], ['T3']]);
    expect(readPaste('Order\tTracking number\n#1\tT1\n')).toEqual([['#1', 'T1']]);
    expect(readPaste('#1\tT1')).toEqual([['#1', 'T1']]);
  });

  const lines = [
    lineOf('1'),
    lineOf('2', {}, cancelled),
    lineOf('3', { trackingNumber: 'old' }),
    lineOf('4', { stage: 'reported' }),
    lineOf('5'),
  ];

  test('of one column fills this line and those below it, past what takes no number, and says what is left over', () => {
    expect(fillNumbers(lines, '1', [['A'], ['B'], ['C']])).toEqual({
      values: new Map([
        ['1', 'A'],
        ['3', 'B'],
        ['5', 'C'],
      ]),
      words: '3 tracking numbers filled in.',
    });
    expect(fillNumbers(lines, '3', [['A'], [''], ['C'], ['D']])).toEqual({
      values: new Map([['3', 'A']]),
      words: '1 tracking number filled in. 2 numbers had no line left.',
    });
    expect([...fillNumbers(lines, '1', [[''], [''], ['C']]).values]).toEqual([['5', 'C']]);
  });

  test('of two columns is matched by order number, wherever it is pasted', () => {
    expect(
      fillNumbers(lines, '5', [
        ['5', 'E'],
        ['#1', 'A'],
        ['7', 'G'],
        ['2', 'B'],
        ['3', ''],
      ]),
    ).toEqual({
      values: new Map([
        ['5', 'E'],
        ['1', 'A'],
      ]),
      words: '2 tracking numbers filled in. Not among these orders: 7. Not shipped from here: 2.',
    });
  });

  test('two numbers for one order, and one number that two orders have, are not guessed', () => {
    const twins = [...lines, { ...lineOf('9'), order: { ...lineOf('9').order, number: '#1' } }];
    const filling = fillNumbers(twins, '1', [
      ['1', 'A'],
      ['5', 'E'],
      ['5', 'F'],
      ['3', 'C'],
      ['3', 'C'],
    ]);
    expect([...filling.values]).toEqual([['3', 'C']]);
    expect(filling.words).toContain('Not clear, so left to you: 1, 5 ');
  });

  test('of more columns fills nothing, and says what can be pasted', () => {
    const filling = fillNumbers(lines, '1', [['1', 'DHL', 'A']]);
    expect(filling.values.size).toBe(0);
    expect(filling.words).toBe('Paste one column of tracking numbers, or two: order number and tracking number.');
  });
});

describe('the words at the foot', () => {
  const failure = new ApiProblem(0, {}, null);

  test('say what will be sent before it is, and afterwards what was', () => {
    const typed = { carrier: 'DHL', trackingNumber: 'T1' };
    expect(summaryWords([lineOf('1', { detail: null }), lineOf('2')])).toBe('1 order is being read.');
    expect(summaryWords([lineOf('1', typed), lineOf('2'), lineOf('3', {}, cancelled), lineOf('4', { leftOut: true })])).toBe(
      '2 shipments to report, 6 units; 1 without a tracking number; 2 orders are not sent.',
    );
    expect(summaryWords([lineOf('1', { ...typed, stage: 'reported' }), lineOf('2', { ...typed, failure })])).toBe(
      '1 shipment reported; 1 shipment to report, 3 units.',
    );
    expect(summaryWords([lineOf('1', { stage: 'reported' })])).toBe('1 shipment reported.');
  });

  test('ask before what was typed is lost, or before those that wait are left unsent', () => {
    expect(unsavedWords([lineOf('1'), lineOf('2', { carrier: 'DHL', stage: 'reported' })], false)).toBeNull();
    expect(unsavedWords([lineOf('1', { trackingNumber: 'T1' })], false)).toContain('for 1 order is not reported yet');
    expect(unsavedWords([lineOf('1')], true)).toContain('would not be sent any more');
  });
});
