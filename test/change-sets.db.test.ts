/** What a person has to approve: one change-set per store and cause, the newest; prices that would jump wait on the server. */
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { changeVariant } from '#listings/change-variant.ts';
import { explainListing } from '#listings/explain-listing.ts';
import { updateStore } from '#stores/change-store.ts';
import type { StoreSettings } from '#stores/stores.ts';
import { changeStoreUnderBrake } from '#sync/brake.ts';
import { decideChangeSet } from '#sync/decide-change-set.ts';
import { previewChangeSet } from '#sync/preview-change-set.ts';
import type { TwoStores } from './two-stores.ts';
import { settle, worlds } from './worlds.ts';

const begin = worlds();

interface Waiting extends Record<string, unknown> {
  id: string;
  cause: string;
  summary: Record<string, number>;
  change: { patch?: { settings: Partial<StoreSettings> } };
}
const sets = (world: TwoStores, status: string) =>
  world.rows<Waiting>(
    sql`select id, cause, summary, change from change_sets where organization_id = ${world.organizationId} and status = ${status} order by created_at, id`,
  );
const only = async (world: TwoStores): Promise<Waiting> => {
  const [one, ...others] = await sets(world, 'pending');
  if (one === undefined || others.length > 0) throw new Error(`${others.length + (one === undefined ? 0 : 1)} change-sets wait`);
  return one;
};
const settings = async (world: TwoStores) =>
  (await world.rows<{ settings: StoreSettings }>(sql`select settings from stores where id = ${world.otherId}`))[0]?.settings;
const markup = (percent: number) => ({
  priceRule: { steps: [{ kind: 'percent' as const, percent }], rounding: { kind: 'none' as const } },
});
const buffer = (units: number) => ({ stockRule: { buffer: units, percent: 100, cap: null } });
const save = (world: TwoStores, change: Partial<StoreSettings>) =>
  changeStoreUnderBrake(world.hub, world.actor, world.otherId, { settings: change });
const decide = (world: TwoStores, id: string, decision: 'approved' | 'discarded') =>
  decideChangeSet(world.hub, world.actor, id, decision);

describe('rules that the brake holds', () => {
  const braked = async () => {
    const world = await begin({ goods: [{ variantId: 'a' }, { variantId: 'b' }] });
    await updateStore(world.hub, world.actor, world.otherId, { settings: { brakeListings: 1 } });
    await settle(world, world.otherId);
    return world;
  };
  const held = { code: 'brake_pending' };

  test('saved twice leave one change-set, the newer; the older is void, with a line in the audit trail', async () => {
    const world = await braked();
    await expect(save(world, markup(10))).rejects.toMatchObject(held);
    const first = await only(world);
    await expect(save(world, markup(20))).rejects.toMatchObject(held);
    const second = await only(world);
    await expect(decide(world, first.id, 'approved')).rejects.toMatchObject({ code: 'conflict' });
    await decide(world, second.id, 'approved');
    expect(await settings(world)).toMatchObject(markup(20));
    const trail = await world.rows(
      sql`select subject_id, details->>'by' as by from audit_log where action = 'change_set.superseded'`,
    );
    expect(trail).toEqual([{ subject_id: first.id, by: second.id }]);
    await settle(world, world.otherId);
    expect(world.other.good('a*').price).toBe('12.00');
  });

  test('discarded by one person, cannot be approved by another who has not seen it', async () => {
    const world = await braked();
    await expect(save(world, markup(10))).rejects.toMatchObject(held);
    const { id } = await only(world);
    await decide(world, id, 'discarded');
    await expect(decide(world, id, 'approved')).rejects.toMatchObject({ code: 'conflict' });
    await settle(world, world.otherId);
    expect(world.other.good('a*').price).toBe('10.00');
  });

  test('of two kinds wait together, with what both would do', async () => {
    const world = await braked();
    await expect(save(world, markup(10))).rejects.toMatchObject(held);
    await expect(save(world, buffer(5))).rejects.toMatchObject(held);
    const one = await only(world);
    expect(one.summary).toMatchObject({ repriced: 2, recounted: 2, zeroed: 2 });
    await decide(world, one.id, 'approved');
    expect(await settings(world)).toMatchObject({ ...markup(10), ...buffer(5) });
  });

  test('are void once the same rule is saved as something that may go at once', async () => {
    const world = await braked();
    await expect(save(world, markup(10))).rejects.toMatchObject(held);
    await save(world, markup(0));
    expect(await sets(world, 'pending')).toEqual([]);
    expect(await sets(world, 'superseded')).toHaveLength(1);
    expect(await settings(world)).toMatchObject(markup(0));
  });

  test('lose what was saved meanwhile, and wait with the rest', async () => {
    const world = await braked();
    await expect(save(world, { ...markup(10), ...buffer(5) })).rejects.toMatchObject(held);
    await save(world, buffer(0));
    const one = await only(world);
    expect(one.change.patch?.settings).toEqual(markup(10));
    expect(one.summary).toMatchObject({ repriced: 2, recounted: 0 });
  });

  test('go on waiting when something else is saved', async () => {
    const world = await braked();
    await expect(save(world, markup(10))).rejects.toMatchObject(held);
    const one = await only(world);
    await save(world, { syncIntervalSeconds: 900 });
    expect((await only(world)).id).toBe(one.id);
    await decide(world, one.id, 'approved');
    expect(await settings(world)).toMatchObject({ ...markup(10), syncIntervalSeconds: 900 });
  });

  test('saved and decided at the same moment end as one or the other, never as both', async () => {
    const world = await braked();
    await expect(save(world, markup(10))).rejects.toMatchObject(held);
    const one = await only(world);
    const [decided] = await Promise.allSettled([decide(world, one.id, 'approved'), save(world, markup(20))]);
    const last = await only(world);
    expect(last.change.patch?.settings).toEqual(markup(20));
    expect(await settings(world)).toMatchObject(decided.status === 'fulfilled' ? markup(10) : { priceRule: null });
  });
});

describe('a price that would change by more than the store allows', () => {
  const limited = async (percent = 20) => {
    const world = await begin({ goods: [{ variantId: 'shirt' }, { variantId: 'hat' }] });
    await updateStore(world.hub, world.actor, world.otherId, { settings: { priceApprovalPercent: percent } });
    await settle(world, world.otherId);
    return world;
  };
  const reprice = async (world: TwoStores, price: string, good = 'shirt') =>
    changeVariant(world.hub, world.actor, await world.variantOf(good), { price });

  test('by a single edit, is held at once and not sent; one within the limit goes by itself', async () => {
    const world = await limited();
    await reprice(world, '12.01');
    await reprice(world, '12.00', 'hat');
    expect(await world.price('shirt*')).toMatchObject({ held_reason: 'needs_approval', desired: '12.0100', eligible: false });
    await settle(world, world.otherId);
    expect(world.other.good('shirt*').price).toBe('10.00');
    expect(world.other.good('hat*').price).toBe('12.00');
    expect(await only(world)).toMatchObject({ cause: 'prices', summary: { repriced: 1, largestPercent: 20.1 } });
  });

  test.each(['2.00', '7.99'])('downwards too: %s', async (price) => {
    const world = await limited();
    await reprice(world, price);
    await settle(world, world.otherId);
    expect(world.other.good('shirt*').price).toBe('10.00');
  });

  test('approved, is sent, and is not asked about again', async () => {
    const world = await limited();
    await reprice(world, '15.00');
    await settle(world, world.otherId);
    await decide(world, (await only(world)).id, 'approved');
    await updateStore(world.hub, world.actor, world.otherId, { settings: buffer(1) });
    await settle(world, world.otherId);
    expect(world.other.good('shirt*').price).toBe('15.00');
    expect(await sets(world, 'pending')).toEqual([]);
  });

  test('discarded, is not sent, until another price is wanted', async () => {
    const world = await limited();
    await reprice(world, '15.00');
    await settle(world, world.otherId);
    await decide(world, (await only(world)).id, 'discarded');
    await updateStore(world.hub, world.actor, world.otherId, { settings: { ...buffer(1), priceApprovalPercent: null } });
    await settle(world, world.otherId);
    expect(world.other.good('shirt*').price).toBe('10.00');
    expect(await world.price('shirt*')).toMatchObject({ held_reason: 'price_discarded' });
    expect(await sets(world, 'pending')).toEqual([]);
    await reprice(world, '16.00');
    await settle(world, world.otherId);
    expect(world.other.good('shirt*').price).toBe('16.00');
  });

  test('discarded before, is not sent with another one that is approved', async () => {
    const world = await limited();
    for (const [good, decision] of [
      ['shirt', 'discarded'],
      ['hat', 'approved'],
    ] as const) {
      await reprice(world, '15.00', good);
      await settle(world, world.otherId);
      await decide(world, (await only(world)).id, decision);
      await settle(world, world.otherId);
    }
    expect([world.other.good('shirt*').price, world.other.good('hat*').price]).toEqual(['10.00', '15.00']);
    expect(await world.price('shirt*')).toMatchObject({ held_reason: 'price_discarded' });
  });

  test('is held by any cause: a rule, and a link to a listing that shows something else', async () => {
    const world = await limited();
    await updateStore(world.hub, world.actor, world.otherId, { settings: markup(50) });
    world.other.add({ variantId: 'cap*', price: '30.00' });
    world.clock.advance(301);
    await settle(world, world.otherId);
    await world.link('cap*', 'hat');
    await settle(world, world.otherId);
    expect(await only(world)).toMatchObject({ summary: { repriced: 3, largestPercent: 50 } });
    expect(world.other.callsOf('pushPrices')).toBe(0);
  });

  test('is decided upon as it was shown: what has changed meanwhile has to be looked at again', async () => {
    const world = await limited();
    await reprice(world, '15.00');
    await settle(world, world.otherId);
    const shown = await only(world);
    await reprice(world, '50.00');
    await expect(decide(world, shown.id, 'approved')).rejects.toMatchObject({ code: 'conflict' });
    await settle(world, world.otherId);
    expect(world.other.good('shirt*').price).toBe('10.00');
    await expect(decide(world, shown.id, 'approved')).rejects.toMatchObject({ code: 'conflict' });
    const next = await only(world);
    const { largest } = await world.within((tx) => previewChangeSet(world.hub, tx, next.id));
    expect(largest).toMatchObject([
      {
        productTitle: expect.any(String),
        price: { before: '10.0000', after: '50.0000' },
        currency: 'USD',
        quantity: { moved: false },
      },
    ]);
    await decide(world, next.id, 'approved');
    await settle(world, world.otherId);
    expect(world.other.good('shirt*').price).toBe('50.00');
  });

  test('is one question, for as long as nothing else waits', async () => {
    const world = await limited();
    await reprice(world, '15.00');
    await settle(world, world.otherId);
    const { id } = await only(world);
    await reprice(world, '10.10', 'hat');
    await settle(world, world.otherId);
    expect(await only(world)).toMatchObject({ id });
  });

  test('changed back, or the limit raised, waits no longer', async () => {
    const world = await limited();
    await reprice(world, '15.00');
    await reprice(world, '14.00', 'hat');
    await settle(world, world.otherId);
    await reprice(world, '10.00');
    await settle(world, world.otherId);
    expect(await only(world)).toMatchObject({ summary: { repriced: 1 } });
    await updateStore(world.hub, world.actor, world.otherId, { settings: { priceApprovalPercent: 40 } });
    await settle(world, world.otherId);
    expect(world.other.good('hat*').price).toBe('14.00');
    expect(await sets(world, 'pending')).toEqual([]);
  });

  test('what somebody edits on the platform is set back without asking', async () => {
    const world = await limited();
    world.other.good('shirt*').price = '99.00';
    world.clock.advance(301);
    await settle(world, world.otherId);
    expect(world.other.good('shirt*').price).toBe('10.00');
    expect(await sets(world, 'pending')).toEqual([]);
  });

  test('at the source store does not keep its own edits from being adopted', async () => {
    const world = await limited();
    await updateStore(world.hub, world.actor, world.sourceId, { settings: { priceApprovalPercent: 20 } });
    await settle(world, world.sourceId);
    await reprice(world, '15.00');
    await settle(world, world.sourceId);
    expect(await world.price('shirt', world.sourceId)).toMatchObject({ held_reason: 'needs_approval' });
    world.source.good('shirt').price = '11.00';
    world.clock.advance(301);
    await settle(world, world.sourceId);
    expect(await world.price('shirt', world.sourceId)).toMatchObject({
      held_reason: null,
      desired: '11.0000',
      remote: '11.0000',
    });
    await settle(world, world.otherId);
    expect(world.other.good('shirt*').price).toBe('11.00');
  });

  test('is explained as waiting', async () => {
    const world = await limited();
    await reprice(world, '15.00');
    const { listing_id } = await world.price('shirt*');
    const { price } = await explainListing(world.hub, world.actor, listing_id);
    expect(price).toMatchObject({ result: '15.00', heldReason: 'needs_approval' });
  });
});
