import { expect, test } from 'vitest';
import { ApiProblem } from '~/api.ts';
import type { Shipment } from '~/api-model/orders.ts';
import { shipmentReports } from './report-shipment.ts';
import type { ShipmentInput } from './shipment-form.ts';

const parcel = (trackingNumber = 'T1'): ShipmentInput => ({
  items: [{ itemId: 'shirt', quantity: 1 }],
  carrier: 'DHL',
  trackingNumber,
  notifyBuyer: true,
});
const problem = (status: number, code: string) => new ApiProblem(status, { code }, null);

/** Answers one after the other; returns the keys that were sent. */
function answering(...answers: (ApiProblem | null)[]) {
  const keys: string[] = [];
  const report = shipmentReports(async (_path, _body, key) => {
    keys.push(key);
    const answer = answers.shift() ?? null;
    if (answer !== null) throw answer;
    return {} as Shipment;
  });
  const tries = async (...inputs: [string, ShipmentInput][]) => {
    for (const [orderId, input] of inputs) await report(orderId, input).catch(() => undefined);
    return keys;
  };
  return { tries };
}

test.each([
  ['no answer', problem(0, 'unreachable')],
  ['a broken server', problem(500, 'internal')],
  ["a proxy's own page", problem(404, 'unreachable')],
  ['too many requests', problem(429, 'rate_limited')],
  ['nobody signed in', problem(401, 'unauthorized')],
  ['the first try still running', problem(409, 'idempotency_in_progress')],
])('after %s the same parcel is tried again under its key', async (_what, thrown) => {
  const [first, second] = await answering(thrown).tries(['1', parcel()], ['1', parcel()]);
  expect(second).toBe(first);
});

test.each([problem(409, 'conflict'), problem(400, 'invalid_input'), problem(404, 'not_found')])(
  'a refusal is settled: the next try has a key of its own',
  async (thrown) => {
    const [first, second] = await answering(thrown).tries(['1', parcel()], ['1', parcel()]);
    expect(second).not.toBe(first);
  },
);

test('a lost answer is not forgotten when the next try was turned away at the door', async () => {
  const keys = await answering(problem(0, 'unreachable'), problem(401, 'unauthorized')).tries(
    ['1', parcel()],
    ['1', parcel()],
    ['1', parcel()],
  );
  expect(new Set(keys).size).toBe(1);
});

test('another parcel, or the parcel of another order, never shares a key', async () => {
  const lost = problem(0, 'unreachable');
  const keys = await answering(lost, lost, lost).tries(['1', parcel()], ['1', parcel('T2')], ['2', parcel()]);
  expect(new Set(keys).size).toBe(3);
});
