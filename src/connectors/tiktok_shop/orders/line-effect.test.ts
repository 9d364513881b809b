import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { broughtBack, effectOfLine, stageOf } from '#connectors/tiktok_shop/orders/line-effect.ts';

type LineState = Parameters<typeof effectOfLine>[0];
type OrderState = Parameters<typeof effectOfLine>[1];
type Reversal = Parameters<typeof effectOfLine>[2];

const line = (display_status: string, more: Partial<LineState> = {}): LineState => ({
  display_status,
  package_status: '',
  rts_time: null,
  ...more,
});
const order = (status: string, more: Partial<OrderState> = {}): OrderState => ({
  status,
  collection_time: null,
  paid_time: 90,
  is_cod: false,
  ...more,
});
const untouched: Reversal = { cancelled: null, cameBack: false };
const cancelled = (should_replenish_stock: boolean | null, time = 150): Reversal => ({
  cancelled: { create_time: time, update_time: time, should_replenish_stock },
  cameBack: false,
});
const effect = (one: LineState, whole: OrderState, reversal = untouched): string => {
  const { reserved, shipped, restocked } = effectOfLine(one, whole, reversal);
  return `${reserved} ${shipped} ${restocked}`;
};

describe('one unit wants of the stock (reserved, shipped, restocked)', () => {
  test.each([
    ['UNPAID', 'UNPAID', '1 0 0'],
    ['AWAITING_SHIPMENT', 'ON_HOLD', '1 0 0'],
    ['AWAITING_SHIPMENT', 'AWAITING_SHIPMENT', '1 0 0'],
    ['AWAITING_SHIPMENT', 'PARTIALLY_SHIPPING', '1 0 0'],
    ['TO_SHIP', 'AWAITING_SHIPMENT', '1 0 0'],
    ['SOMETHING_NEW', 'SOMETHING_NEW', '1 0 0'],
    ['AWAITING_COLLECTION', 'PARTIALLY_SHIPPING', '0 1 0'],
    ['IN_TRANSIT', 'IN_TRANSIT', '0 1 0'],
    ['DELIVERED', 'DELIVERED', '0 1 0'],
    ['COMPLETED', 'COMPLETED', '0 1 0'],
    ['CANCELLED', 'AWAITING_SHIPMENT', '0 0 0'],
    ['CANCELLED', 'CANCELLED', '0 0 0'],
    ['AWAITING_SHIPMENT', 'CANCELLED', '0 0 0'],
    ['', 'CANCEL', '0 0 0'],
    ['', 'UNPAID', '1 0 0'],
    ['', 'DELIVERED', '0 1 0'],
    ['', 'PARTIALLY_SHIPPING', '1 0 0'],
  ])('line %s in an order %s: %s', (ofLine, ofOrder, wanted) => {
    expect(effect(line(ofLine), order(ofOrder))).toBe(wanted);
  });

  test('returned and refunded it is back; refunded and kept by the buyer it is gone', () => {
    expect(effect(line('COMPLETED'), order('COMPLETED'), { cancelled: null, cameBack: true })).toBe('0 1 1');
    expect(effect(line('COMPLETED'), order('COMPLETED'))).toBe('0 1 0');
    const done = {
      return_status: 'RETURN_OR_REFUND_REQUEST_COMPLETE',
      return_type: 'RETURN_AND_REFUND',
      can_buyer_keep_item: false,
    };
    expect(broughtBack(done)).toBe(true);
    for (const other of [
      { return_status: 'BUYER_SHIPPED_ITEM' },
      { return_status: 'REJECT_RECEIVE_PACKAGE' },
      { return_type: 'REFUND' },
      { return_type: 'REPLACEMENT' },
      { can_buyer_keep_item: true },
    ])
      expect(broughtBack({ ...done, ...other })).toBe(false);
  });

  test('called off without being put on sale again it is used up, unless it was never paid', () => {
    const whole = order('CANCELLED');
    expect(effect(line('CANCELLED'), whole, cancelled(false))).toBe('0 1 0');
    expect(effect(line('CANCELLED'), whole, cancelled(true))).toBe('0 0 0');
    expect(effect(line('CANCELLED'), whole, cancelled(null))).toBe('0 0 0');
    expect(effect(line('CANCELLED'), order('CANCELLED', { paid_time: null }), cancelled(false))).toBe('0 0 0');
    expect(effect(line('CANCELLED'), order('CANCELLED', { paid_time: null, is_cod: true }), cancelled(false))).toBe('0 1 0');
  });

  test('arranged and called off before the carrier came it never left', () => {
    expect(effect(line('CANCELLED', { rts_time: 100, package_status: 'CANCELLED' }), order('CANCELLED'), cancelled(true))).toBe(
      '0 0 0',
    );
    const other = order('IN_TRANSIT', { collection_time: 200 });
    expect(effect(line('CANCELLED', { rts_time: 100, package_status: 'CANCELLED' }), other, cancelled(true))).toBe('0 0 0');
    expect(effect(line('CANCELLED', { rts_time: 100, package_status: 'PROCESSING' }), other)).toBe('0 0 0');
  });

  test('lost by the carrier it is gone, and sent back by him it is here again only if the platform says so', () => {
    const lost = line('CANCELLED', { rts_time: 100, package_status: 'CANCELLED' });
    const whole = order('CANCELLED', { collection_time: 120 });
    expect(effect(lost, whole)).toBe('0 1 0');
    expect(effect(lost, whole, cancelled(false))).toBe('0 1 0');
    expect(effect(lost, whole, cancelled(true))).toBe('0 1 1');
    expect(effect(line('CANCELLED', { package_status: 'FULFILLING' }), order('CANCELLED'))).toBe('0 1 0');
  });

  const words = [
    '',
    'UNPAID',
    'ON_HOLD',
    'AWAITING_SHIPMENT',
    'AWAITING_COLLECTION',
    'IN_TRANSIT',
    'COMPLETED',
    'CANCELLED',
    'X',
  ];
  const time = fc.option(fc.integer({ min: 1, max: 5 }));
  const anyLine = fc.record({
    display_status: fc.constantFrom(...words),
    package_status: fc.constantFrom('', 'TO_FULFILL', 'PROCESSING', 'FULFILLING', 'COMPLETED', 'CANCELLED'),
    rts_time: time,
  });
  const anyOrder = fc.record({
    status: fc.constantFrom(...words, 'PARTIALLY_SHIPPING', 'CANCEL'),
    collection_time: time,
    paid_time: time,
    is_cod: fc.boolean(),
  });
  const anyReversal = fc.record({
    cancelled: fc.option(
      fc.record({
        create_time: time,
        update_time: fc.integer({ min: 1, max: 5 }),
        should_replenish_stock: fc.option(fc.boolean()),
      }),
    ),
    cameBack: fc.boolean(),
  });

  test('whatever is said of it, it is in one place at most and comes back only after it left', () => {
    fc.assert(
      fc.property(anyLine, anyOrder, anyReversal, (one, whole, reversal) => {
        const { reserved, shipped, restocked } = effectOfLine(one, whole, reversal);
        for (const units of [reserved, shipped, restocked]) expect([0, 1]).toContain(units);
        expect(reserved + shipped).toBeLessThanOrEqual(1);
        expect(restocked).toBeLessThanOrEqual(shipped);
        // What may still have to be delivered is never given back to the stock.
        if (stageOf(one, whole) !== 'cancelled') expect(reserved + shipped).toBe(1);
      }),
    );
  });
});
