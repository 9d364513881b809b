import { expect, test } from 'vitest';
import type { Shipment } from '~/api-model/orders.ts';
import { openForm, readShipment, type ShipmentForm, shipmentExtent, wholeRest } from './shipment-form.ts';

const items = [
  { id: 'shirt', toShip: 3 },
  { id: 'hat', toShip: 1 },
  { id: 'gone', toShip: 0 },
];
const form = (change: Partial<ShipmentForm> = {}): ShipmentForm => ({
  quantities: wholeRest(items),
  carrier: 'DHL',
  trackingNumber: 'JD0001',
  trackingUrl: '',
  notifyBuyer: true,
  ...change,
});

test('at first everything that is left is in the shipment, and nothing else', () => {
  expect(wholeRest(items)).toEqual({ shirt: '3', hat: '1' });
  expect(readShipment(form(), items, { tracked: true })).toEqual({
    input: {
      items: [
        { itemId: 'shirt', quantity: 3 },
        { itemId: 'hat', quantity: 1 },
      ],
      carrier: 'DHL',
      trackingNumber: 'JD0001',
      notifyBuyer: true,
    },
  });
});

test('a part can be shipped: an item left at 0 or empty stays for another shipment', () => {
  const part = form({ quantities: { shirt: ' 2 ', hat: '' } });
  expect(readShipment(part, items, { tracked: true })).toMatchObject({ input: { items: [{ itemId: 'shirt', quantity: 2 }] } });
  expect(shipmentExtent(part, items)).toEqual({ now: 2, later: 2 });
});

test('never more than is left, also when it has shrunk since the form was opened', () => {
  expect(readShipment(form({ quantities: { shirt: '4' } }), items, { tracked: true })).toEqual({
    problems: { quantities: { shirt: 'Only 3 can be shipped.' } },
  });
  expect(readShipment(form(), [{ id: 'shirt', toShip: 0 }], { tracked: true })).toEqual({
    problems: { quantities: { shirt: 'Nothing of it is left to ship.' } },
  });
});

test.each(['-1', '1.5', '2e1', 'two', '٣'])('"%s" is no number of units, and the sentence says the rule', (typed) => {
  expect(readShipment(form({ quantities: { shirt: typed } }), items, { tracked: true })).toEqual({
    problems: { quantities: { shirt: 'Give a whole number from 0 to 3.' } },
  });
  expect(shipmentExtent({ quantities: { shirt: typed } }, items)).toEqual({ now: 0, later: 4 });
});

test('an empty shipment is none', () => {
  expect(readShipment(form({ quantities: { shirt: '0', hat: '0' } }), items, { tracked: true })).toHaveProperty('problems.items');
});

test('who carries it and its number are asked for, and an address that is none is told apart', () => {
  const read = readShipment(form({ carrier: ' ', trackingNumber: '', trackingUrl: 'track me' }), items, { tracked: true });
  expect(read).toHaveProperty('problems.carrier');
  expect(read).toHaveProperty('problems.trackingNumber');
  expect(read).toHaveProperty('problems.trackingUrl');
  expect(readShipment(form({ trackingUrl: ' https://dhl.example/1 ' }), items, { tracked: true })).toMatchObject({
    input: { trackingUrl: 'https://dhl.example/1' },
  });
});

test('where the store asks for no tracking, a parcel may go without a number, but a number never without a carrier', () => {
  const without = form({ carrier: '', trackingNumber: '' });
  expect(readShipment(without, items, { tracked: false })).toMatchObject({ input: { carrier: '', trackingNumber: '' } });
  expect(readShipment(without, items, { tracked: true })).toHaveProperty('problems.trackingNumber');
  expect(readShipment(form({ carrier: '' }), items, { tracked: false })).toHaveProperty('problems.carrier');
});

test('a refused shipment is tried again with what was typed, and never with more than is left of it', () => {
  const refused = {
    carrier: 'Post',
    trackingNumber: 'T1',
    trackingUrl: null,
    items: [{ itemId: 'shirt', title: '', quantity: 5 }],
  };
  const again = openForm(items, refused as Shipment);
  expect(again).toMatchObject({ quantities: { shirt: '3' }, carrier: 'Post', trackingNumber: 'T1', trackingUrl: '' });
  expect(shipmentExtent(again, items)).toEqual({ now: 3, later: 1 });
  expect(openForm(items, null).quantities).toEqual({ shirt: '3', hat: '1' });
});
