/** A platform that refuses everything of a store: shown on the store, no single write is blamed, and it goes on by itself. */
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { PlatformUnavailable, Refused } from '#connectors/errors.ts';
import { adjustStock } from '#listings/adjust-stock.ts';
import type { Operation } from './fake-shop.ts';
import type { TwoStores } from './two-stores.ts';
import { worlds } from './worlds.ts';

const begin = worlds();

const frozen = () => new Refused({ code: 'campaign', parameters: { campaign: 'the bank' } }, { wholeStore: true });
const refuseNext = (world: TwoStores, operation: Operation, thrown: Error = frozen()) =>
  world.other.next(operation, async () => {
    throw thrown;
  });
const count = async (world: TwoStores, counted: number) =>
  void (await adjustStock(world.hub, world.actor, { variantId: await world.variantOf('shirt'), counted }));
const shown = async (world: TwoStores) => {
  const [row] = await world.rows<{
    status: string;
    status_reason: string | null;
    last_error_code: string | null;
    last_error_message: string | null;
    blocked_until: Date | null;
  }>(
    sql`select status, status_reason, last_error_code, last_error_message, blocked_until from stores where id = ${world.otherId}`,
  );
  return row;
};
const restAndTurn = async (world: TwoStores, seconds: number) => {
  world.clock.advance(seconds);
  return await world.turn(world.otherId);
};

describe('a store of which everything is refused', () => {
  test.each([
    ['says so', frozen()],
    ['says so as an outage of the call', new PlatformUnavailable('refuses all', { mayHaveApplied: false, cause: frozen() })],
  ])('%s: it is shown with the reason, and the write waits instead of counting as refused', async (_, thrown) => {
    const world = await begin();
    await count(world, 3);
    refuseNext(world, 'pushQuantities', thrown);
    await world.turn(world.otherId);
    expect(await world.level('shirt*')).toMatchObject({ refused_for: null, eligible: true, knowledge: 'known', remote: 5 });
    expect(await shown(world)).toMatchObject({
      status: 'active',
      status_reason: 'campaign',
      last_error_code: 'store_refused',
      last_error_message: expect.stringContaining('Locked by the bank.'),
    });
    expect((await world.store(world.otherId)).next_run_at).toEqual((await shown(world))?.blocked_until);
  });

  test('is asked with one harmless call at a time, ever more rarely, and nothing is written or pulled meanwhile', async () => {
    const world = await begin();
    await count(world, 3);
    refuseNext(world, 'pushQuantities');
    await world.turn(world.otherId);
    const [calls, identified] = [world.other.calls.length, world.other.timesIdentified()];
    for (const seconds of [61, 121, 241, 481, 901, 901, 901]) {
      refuseNext(world, 'identify');
      await restAndTurn(world, seconds);
      const rest = ((await shown(world))?.blocked_until?.getTime() ?? 0) - world.clock.now().getTime();
      expect(rest).toBeGreaterThan(0);
      expect(rest).toBeLessThanOrEqual(900_000);
    }
    expect(world.other.calls.slice(calls)).toEqual([]);
    expect(world.other.timesIdentified()).toBe(identified + 7);
    const lines = await world.rows(
      sql`select level from sync_logs where event = 'store_refused' and store_id = ${world.otherId}`,
    );
    expect(lines).toEqual([{ level: 'error' }]);
    const failed = await world.rows(sql`select 1 from sync_jobs where store_id = ${world.otherId} and status = 'failed'`);
    expect(failed).toEqual([]);
  });

  test('goes on by itself when it answers again, with what was wanted last', async () => {
    const world = await begin();
    await count(world, 3);
    refuseNext(world, 'pushQuantities');
    await world.turn(world.otherId);
    refuseNext(world, 'identify');
    await restAndTurn(world, 61);
    await count(world, 2);
    await restAndTurn(world, 121);
    expect(world.other.good('shirt*').quantity).toBe(2);
    expect(await shown(world)).toMatchObject({
      status: 'active',
      status_reason: null,
      last_error_code: null,
      last_error_message: null,
      blocked_until: null,
    });
  });

  test('a refusal of one request alone still refuses its writes', async () => {
    const world = await begin();
    await count(world, 3);
    refuseNext(world, 'pushQuantities', new Refused({ code: 'campaign', parameters: { campaign: '11.11' } }));
    await world.turn(world.otherId);
    expect(await world.level('shirt*')).toMatchObject({ refused_for: '3', eligible: false });
    expect(await shown(world)).toMatchObject({ status_reason: null, last_error_code: null });
  });

  test('a pull that meets it ends as failed with the reason, once', async () => {
    const world = await begin();
    refuseNext(world, 'pull');
    await restAndTurn(world, 301);
    expect(await shown(world)).toMatchObject({ last_error_code: 'store_refused' });
    await restAndTurn(world, 301);
    const jobs = await world.rows<{ status: string }>(
      sql`select status from sync_jobs where store_id = ${world.otherId} order by created_at desc limit 2`,
    );
    expect(jobs.map(({ status }) => status)).toEqual(['succeeded', 'failed']);
  });
});
