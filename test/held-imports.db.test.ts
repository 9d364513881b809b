/** A file that meets the brake waits, itself, until somebody has decided: what is approved is applied whole, once, or waits on. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { AppError } from '#base/errors.ts';
import { newId } from '#base/ids.ts';
import { cancelJob } from '#http/verbs/change-job.ts';
import { ImportHeld } from '#listings/catalog-file/import-brake.ts';
import { updateStore } from '#stores/change-store.ts';
import { countPendingChangeSets } from '#sync/change-sets.ts';
import { decideChangeSet } from '#sync/decide-change-set.ts';
import { approveHeldImport, heldFilesAtMost, heldPiecesAtMost, holdImport, unpackHeldImport } from '#sync/held-imports.ts';
import { type FileImport, importFile } from '#sync/import-file.ts';
import { addImportJob, ImportCancelled } from '#sync/import-jobs.ts';
import { maintain } from '#sync/maintenance.ts';
import { previewChangeSet } from '#sync/preview-change-set.ts';
import { endJob } from '#sync/sync-jobs.ts';
import { previewUndo, undoChangeSet } from '#sync/undo-change-set.ts';
import { atOnce, someWait } from './at-once.ts';
import { itemsOffTheirLedger, levelsOffTheirCauses } from './causes.ts';
import type { TwoStores } from './two-stores.ts';
import { settle, worlds } from './worlds.ts';

const beginWorld = worlds();
let world: TwoStores;
/** Three goods with 5 of each at 10.00, of which a store may change two at once. */
async function begin(): Promise<void> {
  world = await beginWorld({ goods: ['a', 'b', 'c'].map((name) => ({ variantId: name, sku: name, quantity: 5 })) });
  await updateStore(world.hub, world.actor, world.otherId, { settings: { brakeListings: 2 } });
  await settle(world, world.otherId);
}
afterEach(async () => {
  expect(await itemsOffTheirLedger(world)).toEqual([]);
  expect(await levelsOffTheirCauses(world)).toEqual([]);
});

const elsewhere = () => {
  const path = join(tmpdir(), `${newId()}.csv`);
  onTestFinished(() => rm(path, { force: true }));
  return path;
};

/** A file of all the goods, each with this price and 4 pieces. */
async function fileOf(price: string, body = ''): Promise<string> {
  const stored = await world.rows<{ handle: string; title: string; sku: string }>(sql`
    select coalesce(nullif(p.handle, ''), p.id::text) as handle, p.title, v.sku from products p
    join product_variants v on v.organization_id = p.organization_id and v.product_id = p.id
    where p.organization_id = ${world.organizationId} order by v.sku`);
  const lines = stored.map((one) => `${one.handle},${one.title},${body},${one.sku},${price},4`);
  const path = elsewhere();
  await writeFile(path, ['Handle,Title,Body (HTML),Variant SKU,Variant Price,Variant Inventory Qty', ...lines].join('\n'));
  return path;
}

/** Brings a file in, as the job of an upload does; returns the change-set as which it waits. */
async function held(price: string, file = 'spring.csv', path?: string): Promise<string> {
  const refused = await importFile(world.hub, world.actor, path ?? (await fileOf(price)), { file }).catch(
    (thrown: unknown) => thrown,
  );
  if (!(refused instanceof AppError) || refused.code !== 'brake_pending') throw refused;
  return refused.issues[0]?.message ?? '';
}

const approve = async (id: string) => (await approveHeldImport(world.hub, world.actor, id))?.jobId ?? '';
/** What the job of an approval does. */
async function apply(heldId: string, jobId: string, more: Partial<FileImport> = {}) {
  const path = elsewhere();
  try {
    await unpackHeldImport(world.hub, world.actor, { id: heldId, jobId }, path);
    return await importFile(world.hub, world.actor, path, { file: 'spring.csv', approved: true, heldId, jobId, ...more });
  } finally {
    await world.within((tx) => endJob(tx, jobId, { status: 'failed' }, world.clock.now()));
  }
}
const discard = (id: string) => decideChangeSet(world.hub, world.actor, id, 'discarded');

const stateOf = async (id: string) => {
  const [row] = await world.rows<{ status: string; pieces: number; before: unknown; summary: object; decided_by: string }>(sql`
    select status, before, summary, decided_by, (select count(*)::int from change_set_files f where f.change_set_id = c.id) as pieces
    from change_sets c where id = ${id}`);
  return row;
};
const waiting = () => world.within(countPendingChangeSets);
const priceThere = async () => {
  await settle(world, world.otherId);
  return world.other.good('a*').price;
};
const conflict = { code: 'conflict' };

describe('a file that meets the brake', () => {
  test('changes nothing, and waits with what it would do, for how many, and since when', async () => {
    await begin();
    const path = await fileOf('12.00');
    const jobId = await world.within((tx) => addImportJob(world.hub, tx, world.actor, { cause: 'person', products: 3 }));
    const refused = importFile(world.hub, world.actor, path, { file: 'spring.csv', jobId });
    await expect(refused).rejects.toMatchObject({ code: 'brake_pending', message: expect.stringContaining('under Activity') });
    const [set] = await world.rows<{ id: string; created_at: Date }>(
      sql`select id, created_at from change_sets where status = 'pending'`,
    );
    const id = set?.id ?? '';
    expect(await stateOf(id)).toMatchObject({
      pieces: 1,
      summary: {
        file: 'spring.csv',
        products: 3,
        listings: 6,
        repriced: 6,
        recounted: 6,
        zeroed: 0,
        stores: [expect.stringContaining('Fake other')],
      },
    });
    const preview = await world.within((tx) => previewChangeSet(world.hub, tx, id));
    expect(preview).toMatchObject({ repriced: 6, recounted: 6, since: set?.created_at });
    expect(preview.largest).toHaveLength(6);
    expect(preview.largest[0]).toMatchObject({
      price: { before: '10.0000', after: '12.0000' },
      productTitle: expect.any(String),
    });
    const [job] = await world.rows(sql`select status, error_code, metadata from sync_jobs where id = ${jobId}`);
    expect(job).toMatchObject({ status: 'held', error_code: 'brake_pending', metadata: { changeSetId: id } });
    expect(await priceThere()).toBe('10.00');
    expect(await world.onHand('a')).toBe(5);
  });

  test('does not wait when it was cancelled before that, and what waited under its name still does', async () => {
    await begin();
    const former = await held('12.00');
    const jobId = await world.within((tx) => addImportJob(world.hub, tx, world.actor, { cause: 'person', products: 3 }));
    await cancelJob(world.hub, world.actor, jobId);
    const cancelled = importFile(world.hub, world.actor, await fileOf('13.00'), { file: 'spring.csv', jobId });
    await expect(cancelled).rejects.toThrow(ImportCancelled);
    expect(await world.rows(sql`select id, status from change_sets where cause = 'import'`)).toEqual([
      { id: former, status: 'pending' },
    ]);
    expect(await stateOf(former)).toMatchObject({ pieces: 1 });
  });

  test('is applied once it is approved, can be undone then, and is kept no longer', async () => {
    await begin();
    const id = await held('12.00');
    await apply(id, await approve(id));
    expect(await priceThere()).toBe('12.00');
    expect(await stateOf(id)).toMatchObject({
      ...{ status: 'approved', pieces: 0, before: { rows: true }, decided_by: world.actor.userId },
      summary: { file: 'spring.csv', products: 3, repriced: 3, recounted: 3 },
    });
    expect(await world.within((tx) => previewUndo(world.hub, tx, id))).toMatchObject({ rows: { restorable: 3, counts: 3 } });
    await undoChangeSet(world.hub, world.actor, id);
    expect(await priceThere()).toBe('10.00');
    expect(await world.onHand('a')).toBe(5);
    expect(await world.rows(sql`select 1 from change_sets where cause = 'import'`)).toHaveLength(1);
  });

  test('has nothing to undo where all of it has become true meanwhile', async () => {
    await begin();
    const id = await held('12.00');
    await importFile(world.hub, world.actor, await fileOf('12.00'), { file: 'other.csv', approved: true });
    await apply(id, await approve(id));
    expect(await stateOf(id)).toMatchObject({ status: 'approved', pieces: 0, before: null });
  });

  test('is dropped with its file, and cannot be approved any more', async () => {
    await begin();
    const id = await held('12.00');
    await discard(id);
    expect(await stateOf(id)).toMatchObject({ status: 'discarded', pieces: 0 });
    await expect(approve(id)).rejects.toMatchObject({ ...conflict, message: expect.stringContaining('discarded') });
    await expect(discard(id)).rejects.toMatchObject(conflict);
    expect(await priceThere()).toBe('10.00');
  });

  test('comes back byte for byte, of however many pieces', async () => {
    await begin();
    const path = await fileOf('12.00', 'aé€𝄞'.repeat(100_000));
    const id = await held('12.00', 'long.csv', path);
    expect((await stateOf(id))?.pieces).toBe(3);
    const copy = elsewhere();
    await unpackHeldImport(world.hub, world.actor, { id, jobId: await approve(id) }, copy);
    expect((await readFile(copy)).equals(await readFile(path))).toBe(true);
  });

  test('of another organization is none', async () => {
    await begin();
    const id = await held('12.00');
    const hers = world;
    await begin();
    expect(await approve(id)).toBe('');
    await expect(discard(id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(world.within((tx) => previewChangeSet(world.hub, tx, id))).rejects.toMatchObject({ code: 'not_found' });
    await expect(apply(id, newId())).rejects.toMatchObject(conflict);
    expect(await world.rows(sql`select 1 from change_set_files`)).toEqual([]);
    world = hers;
    expect(await stateOf(id)).toMatchObject({ status: 'pending', pieces: 1 });
  });
});

describe('an approved import that comes to nothing', () => {
  test('waits as before, with its file, and can be approved again', async () => {
    await begin();
    const id = await held('12.00');
    const dies = () => {
      throw new Error('the process died');
    };
    await expect(apply(id, await approve(id), { onProgress: dies })).rejects.toThrow('died');
    expect(await stateOf(id)).toMatchObject({ status: 'pending', pieces: 1 });
    expect(await priceThere()).toBe('10.00');
    await apply(id, await approve(id));
    expect(await priceThere()).toBe('12.00');
  });

  test('is checked against the catalog of that day', async () => {
    await begin();
    const id = await held('12.00');
    const [handle] = (await readFile(await fileOf('10.00'), 'utf8')).split('\n')[1]?.split(',') ?? [];
    const path = elsewhere();
    await writeFile(path, `Handle,Title,Option1 Name,Option1 Value,Variant SKU\n${handle},a,Title,Large,XL`);
    await importFile(world.hub, world.actor, path, { file: 'large.csv' });
    await expect(apply(id, await approve(id))).rejects.toMatchObject({ code: 'file_rejected' });
    expect(await stateOf(id)).toMatchObject({ status: 'pending', pieces: 1 });
  });

  test('can be approved again when its process has been silent for ten beats, and the former one does nothing more', async () => {
    await begin();
    const id = await held('12.00');
    const former = await approve(id);
    await expect(approve(id)).rejects.toMatchObject({ ...conflict, message: expect.stringContaining('applied right now') });
    world.clock.advance(25);
    await expect(discard(id)).rejects.toMatchObject({ ...conflict, message: expect.stringContaining('again in 5 seconds') });
    world.clock.advance(6);
    const next = await approve(id);
    await expect(apply(id, former)).rejects.toMatchObject(conflict);
    await apply(id, next);
    expect(await priceThere()).toBe('12.00');
  });
});

describe('at the same moment', () => {
  test('one of two approvals goes ahead, the other is a conflict', async () => {
    await begin();
    const id = await held('12.00');
    const both = await Promise.allSettled([approve(id), approve(id)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: conflict });
  });

  test('while it is applied it is neither approved nor discarded, and nobody waits to be told', async () => {
    await begin();
    const id = await held('12.00');
    const jobId = await approve(id);
    // Its job would be taken for a dead one's.
    world.clock.advance(31);
    let applied: Promise<unknown> = Promise.resolve();
    const told = await world.within(async (tx) => {
      await tx.execute(sql`select from inventory_items where variant_id = ${await world.variantOf('a')} for update`);
      applied = apply(id, jobId);
      await someWait(world, 1);
      return await Promise.allSettled([approve(id), discard(id)]);
    });
    expect(told).toMatchObject([{ reason: conflict }, { reason: conflict }]);
    await applied;
    expect(await priceThere()).toBe('12.00');
  });

  test('its job waits for whoever is only being told that it is approved, and then applies it', async () => {
    await begin();
    const id = await held('12.00');
    const jobId = await approve(id);
    const applied = await world.within(async (tx) => {
      await tx.execute(sql`select from change_sets where id = ${id} for update`);
      const applying = apply(id, jobId);
      await Promise.race([applying, someWait(world, 1)]);
      return { applying };
    });
    await applied.applying;
    expect(await priceThere()).toBe('12.00');
  });

  test('of one file brought in twice one waits', async () => {
    await begin();
    const path = await fileOf('12.00');
    const effect = { listings: 6, repriced: 6, recounted: 0, zeroed: 0, examples: [] };
    const stopped = { path, file: 'spring.csv', held: new ImportHeld({ effect, stores: ['Fake other'] }, 3) };
    const hold = () => holdImport(world.hub, world.actor, stopped);
    const ends = await atOnce(world, (tx) => tx.execute(sql`lock table change_sets in share mode`), [hold, hold]);
    const ids = ends.map((end) => (end.status === 'fulfilled' ? end.value : ''));
    const states = await Promise.all(ids.map(stateOf));
    expect(states.map((state) => [state?.status, state?.pieces]).sort()).toEqual([
      ['pending', 1],
      ['superseded', 0],
    ]);
  });
});

describe('no more wait than an organization has room for', () => {
  /** One that waits already, of so many pieces. */
  const other = async (file: string, pieces: number): Promise<void> => {
    const id = await held('12.00', file);
    await world.rows(sql`insert into change_set_files (organization_id, change_set_id, part, content)
      select ${world.organizationId}, ${id}, generate_series(2, ${pieces}), ''`);
  };
  const full = { ...conflict, message: expect.stringContaining('Approve or discard some of them under Activity first') };

  test('of their number, also where two come at once: the next is refused, and nothing of it stays', async () => {
    await begin();
    for (let at = 1; at < heldFilesAtMost; at++) await other(`${at}.csv`, 1);
    const hold = ['x.csv', 'y.csv'].map((file) => () => held('13.00', file));
    const ends = await atOnce(world, (tx) => tx.execute(sql`lock table change_set_files in share mode`), hold);
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(ends.find(({ status }) => status === 'rejected')).toMatchObject({ reason: full });
    expect(await waiting()).toBe(heldFilesAtMost);
    await held('14.00', '1.csv');
    expect(await waiting()).toBe(heldFilesAtMost);
  });

  test('of their size: what waits under the name of one that is refused still waits', async () => {
    await begin();
    const former = await held('12.00');
    await other('large.csv', heldPiecesAtMost - 1);
    await expect(held('13.00', 'small.csv')).rejects.toMatchObject(full);
    const path = await fileOf('13.00', 'a'.repeat(400_000));
    await expect(held('13.00', 'spring.csv', path)).rejects.toMatchObject(full);
    expect(await stateOf(former)).toMatchObject({ status: 'pending', pieces: 1 });
    expect(await waiting()).toBe(2);
    await held('14.00');
    expect(await stateOf(former)).toMatchObject({ status: 'superseded' });
  });
});

describe('what waits too long, or is there again', () => {
  test('goes when a newer file of its name waits; one of another name waits beside it', async () => {
    await begin();
    const [first, other] = [await held('12.00'), await held('13.00', 'summer.csv')];
    const jobId = await approve(first);
    const second = await held('14.00');
    expect(await stateOf(first)).toMatchObject({ status: 'superseded', pieces: 0 });
    expect(await waiting()).toBe(2);
    expect(await stateOf(other)).toMatchObject({ status: 'pending', pieces: 1 });
    await expect(apply(first, jobId)).rejects.toMatchObject({ ...conflict, message: expect.stringContaining('newer') });
    expect(
      await world.rows(sql`select subject_id, details->>'by' as by from audit_log where action = 'change_set.superseded'`),
    ).toEqual([{ subject_id: first, by: second }]);
  });

  test('is void after thirty days', async () => {
    await begin();
    const id = await held('12.00');
    world.clock.advance(30 * 86_400 - 60);
    await maintain(world.hub);
    expect(await stateOf(id)).toMatchObject({ status: 'pending', pieces: 1 });
    world.clock.advance(120);
    await maintain(world.hub);
    expect(await stateOf(id)).toMatchObject({ status: 'expired', pieces: 0 });
    await expect(approve(id)).rejects.toMatchObject({ ...conflict, message: expect.stringContaining('30 days') });
    expect(await world.rows(sql`select actor_kind from audit_log where action = 'change_set.expired'`)).toEqual([
      { actor_kind: 'system' },
    ]);
  });
});
