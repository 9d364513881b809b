/** Documents of stock, asked for by two people at once. */
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import { lockVariants } from '#listings/changes.ts';
import { receiveStock, transferStock } from '#listings/post-stock.ts';
import { undoDocument } from '#listings/undo-stock.ts';
import { atOnce, someWait } from './at-once.ts';
import { itemsOffTheirLedger } from './causes.ts';
import { worlds } from './worlds.ts';

const begin = worlds();

test('units are not moved to where they are', async () => {
  const world = await begin();
  const [main] = await world.rows<{ id: string }>(sql`select id from inventory_locations`);
  const { id } = present(main, 'the location');
  const lines = [{ variantId: await world.variantOf('shirt'), units: 1 }];
  const moved = transferStock(world.hub, world.actor, {
    fromLocationId: id,
    toLocationId: id,
    note: '',
    belowZero: false,
    lines,
  });
  await expect(moved).rejects.toMatchObject({ code: 'invalid_input', issues: [{ path: 'toLocationId' }] });
  expect(await itemsOffTheirLedger(world)).toEqual([]);
});

test('goods that were taken out of the catalog are not received', async () => {
  const world = await begin();
  const variantId = await world.variantOf('shirt');
  await world.rows(sql`update product_variants set archived_at = now()`);
  const received = receiveStock(world.hub, world.actor, { note: '', lines: [{ variantId, units: 2 }] });
  await expect(received).rejects.toThrow('is not there any more');
  expect(await world.onHand('shirt')).toBe(5);
});

test('taken back by two people at once, a receipt is taken back once', async () => {
  const world = await begin();
  const variantId = await world.variantOf('shirt');
  const { documentId } = await receiveStock(world.hub, world.actor, { note: '', lines: [{ variantId, units: 2 }] });
  const id = present(documentId, 'the document');
  const people = [1, 2].map(() => () => undoDocument(world.hub, world.actor, id));
  const ends = await atOnce(world, (tx) => lockVariants(tx, [variantId]), people);
  expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(ends.find((end) => end.status === 'rejected')).toMatchObject({ reason: { code: 'conflict' } });
  expect(await world.onHand('shirt')).toBe(5);
  expect(await itemsOffTheirLedger(world)).toEqual([]);
});

test('received while the store that has it is pulled, a thing has its first figure from the receipt alone', async () => {
  const world = await begin();
  await world.turn(world.sourceId);
  const variantId = await world.variantOf('shirt');
  await world.rows(sql`delete from inventory_items where variant_id = ${variantId}`);
  world.clock.advance(301);
  const receive = () => receiveStock(world.hub, world.actor, { note: '', lines: [{ variantId, units: 7 }] });
  const pull = async () => {
    await someWait(world, 1);
    return await world.turn(world.sourceId);
  };
  const ends = await atOnce<unknown>(world, (tx) => lockVariants(tx, [variantId]), [receive, pull]);
  expect(ends.filter(({ status }) => status === 'rejected')).toEqual([]);
  expect(await world.onHand('shirt')).toBe(7);
});
