/** A catalog by export: the good end, every other end, and other exports in the way. */
import { expect } from 'vitest';
import { shopify } from '#connectors/shopify/connector.ts';
import { documents } from '#connectors/shopify/documents.ts';
import { exportBusyCodes } from '#connectors/shopify/refusals.ts';
import { exportStatus } from '#connectors/shopify/schema.ts';
import { endOf } from '#test/contracts/practice-session.ts';
import type { Recorder } from '#test/contracts/record.ts';
import { listingsOf, openShopify, products, type ShopifyCounter, sessionOf } from '#test/contracts/shopify/drive.ts';

/** What an export that has not ended well makes of a pull; the others go on to a good end. */
const ends = new Map([
  ['CREATED', null],
  ['RUNNING', null],
  ['COMPLETED', null],
  ['FAILED', 'PlatformUnavailable'],
  ['CANCELING', 'PlatformUnavailable'],
  ['CANCELED', 'PlatformUnavailable'],
  ['EXPIRED', 'PlatformUnavailable'],
]);

export const driveExports = (recorder: Recorder): Promise<void> =>
  openShopify(recorder, {}, async (counter) => {
    const cups = Array.from({ length: 20 }, (_, at) => ({
      title: `Cup ${at}`,
      variants: [{ sku: `CUP-${at}`, price: '5.00', quantity: 8 }],
    }));
    counter.shop.control.add([...products, ...cups]);
    const session = sessionOf(counter);
    expect(await listingsOf(session, { since: null })).toHaveLength(28);
    counter.shop.control.fault({ kind: 'server_error', match: 'bulk_operation_run' });
    expect(await endOf(listingsOf(session, { since: null }))).toBe('PlatformUnavailable');

    for (const status of exportStatus.options) {
      counter.answerNext(documents.bulkStatus.name, () => operation(status, null));
      // A file that is promised empty is believed: the scripted COMPLETED has none.
      const end = ends.get(status);
      if (end === undefined) throw new Error(`${status} is new: say what it makes of a pull`);
      if (end !== null) expect(await endOf(listingsOf(session, { since: null })), status).toBe(end);
      else expect(await listingsOf(session, { since: null }), status).toHaveLength(status === 'COMPLETED' ? 0 : 28);
    }
    counter.answerNext(documents.bulkStatus.name, () => operation('FAILED', 'ACCESS_DENIED'));
    expect(await endOf(listingsOf(session, { since: null }))).toBe('Refused scope_missing');
    for (const code of exportBusyCodes) await waitBehindOthers(counter, code);
  });

function operation(status: string, errorCode: string | null): Response {
  const counts = { objectCount: '0', rootObjectCount: '0' };
  return Response.json({
    data: { bulkOperation: { id: 'gid://shopify/BulkOperation/1', status, errorCode, ...counts, url: null } },
  });
}

/** It waits its turn; the person who is impatient ends the work. */
async function waitBehindOthers(counter: ShopifyCounter, code: string): Promise<void> {
  const userErrors = [{ field: ['query'], message: 'Others are running', code }];
  counter.answerNext(documents.bulkRun.name, () =>
    Response.json({ data: { bulkOperationRunQuery: { bulkOperation: null, userErrors } } }),
  );
  const impatience = new AbortController();
  const lines: string[] = [];
  const log = (line: string) => {
    lines.push(line);
    impatience.abort();
  };
  const session = { ...sessionOf(counter), signal: impatience.signal };
  expect(await endOf(Array.fromAsync(shopify.pull(session, { since: null, log })))).toBe('PlatformUnavailable');
  expect(lines).toEqual(['other exports of this shop are running; waiting for one to end']);
}
