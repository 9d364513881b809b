/** Documents of stock, asked for by two people at once. */
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import { lockVariants } from '#listings/changes.ts';
import { receiveStock } from '#listings/post-stock.ts';
import { undoDocument } from '#listings/undo-stock.ts';
import { atOnce, someWait } from './at-once.ts';
import { itemsOffTheirLedger } from './causes.ts';
import { worlds } from './worlds.ts';

const begin = worlds();

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
