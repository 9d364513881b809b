import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import { RateLimited } from '#connectors/errors.ts';
import { openSockets } from '#connectors/sockets.ts';
import { longestPaceSeconds, makeTransport } from '#connectors/transport.ts';
import { openPool } from '#db/pool.ts';
import { openDatabase } from '#db/transaction.ts';
import { makePacer } from '#sync/pacing.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { type TwoStores, twoStores } from './two-stores.ts';

let database: TestDatabase;
let world: TwoStores;

beforeAll(async () => {
  database = await testDatabase();
  world = await twoStores(database);
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

const pacerOf = (bucket: string, limits: { capacity: number; refillPerSecond: number }, learned = false) =>
  makePacer(world.hub.db, world.organizationId, world.otherId, { [bucket]: { ...limits, learned } });

describe('I9: published limits, shared by all processes', () => {
  test('two processes together never take more than the bucket holds and refills', async () => {
    const pools = [
      openPool(database.appUrl, { onError: () => undefined }),
      openPool(database.appUrl, { onError: () => undefined }),
    ];
    const limits = { shared: { capacity: 10, refillPerSecond: 5, learned: false } };
    const processes = pools.map((pool) => makePacer(openDatabase(pool), world.organizationId, world.otherId, limits));
    const startedAt = performance.now();
    const leaves = await Promise.all(
      Array.from({ length: 40 }, (_, at) => processes[at % 2]?.take('shared', 1) ?? Promise.reject(new Error('no process'))),
    );
    const waits = leaves.map(({ waitMs }) => waitMs);
    const elapsedSeconds = (performance.now() - startedAt) / 1000;
    await Promise.all(pools.map((pool) => pool.end()));
    const sorted = waits.toSorted((a, b) => a - b);
    // Whoever is told to wait w is at most the (10 + 5 w)th to send; what was refilled while asking is allowed on top.
    for (const [at, wait] of sorted.entries()) expect(at + 1).toBeLessThanOrEqual(10 + 5 * (wait / 1000 + elapsedSeconds) + 0.01);
    // And it is the limit that is shared out, not a fraction of it: the last one waits no longer than 30 tokens take.
    expect(sorted.at(-1)).toBeLessThanOrEqual((30 / (5 * 0.98)) * 1000 + 1);
    expect(sorted.filter((wait) => wait === 0).length).toBeGreaterThanOrEqual(10);
  });

  test('a published limit that a newer manifest lowers holds at once, for stores that were paced before', async () => {
    await pacerOf('lowered', { capacity: 1000, refillPerSecond: 1000 }).take('lowered', 1);
    const lowered = pacerOf('lowered', { capacity: 2, refillPerSecond: 10 });
    for (let call = 0; call < 12; call++) await lowered.take('lowered', 1);
    expect((await lowered.take('lowered', 1)).waitMs).toBeGreaterThan(500);
  });

  test('over any two seconds no more is taken than the limit allows', async () => {
    const pacer = pacerOf('two seconds', { capacity: 4, refillPerSecond: 20 });
    const at: number[] = [];
    // Each caller sends when its wait is over: the moments at which tokens are spent, reckoned and not slept through.
    for (let call = 0; call < 60; call++) {
      const asked = performance.now();
      const { waitMs } = await pacer.take('two seconds', 1);
      at.push(asked + waitMs);
    }
    for (const start of at) {
      const within = at.filter((moment) => moment >= start && moment < start + 2000).length;
      expect(within).toBeLessThanOrEqual(4 + 20 * 2 + 1);
    }
  });

  test('a patient call finds room when what it costs is there, and a quarter of the bucket for others beside it', async () => {
    const pacer = pacerOf('patient', { capacity: 100, refillPerSecond: 1 });
    expect(await pacer.room('patient', 65)).toBe(0);
    await pacer.take('patient', 20);
    // 80 are left, 90 are wanted: ten seconds at 0.98 of one a second.
    expect(await pacer.room('patient', 65)).toBeGreaterThan(9_000);
    expect(await pacer.room('patient', 65)).toBeLessThanOrEqual(10_205);
    expect(await pacer.room('patient', 54)).toBe(0);
    // One that costs more than three quarters waits for a full bucket, and no longer.
    expect(await pacer.room('patient', 90)).toBeGreaterThan(19_000);
    expect(await pacer.room('patient', 90)).toBeLessThanOrEqual(20_410);
    // It was only asked: others find all that is left.
    expect((await pacer.take('patient', 79)).waitMs).toBe(0);
  });

  test('what the platform says is left counts, less what requests under way will take', async () => {
    const pacer = pacerOf('learned', { capacity: 100, refillPerSecond: 0.001 }, true);
    const first = await pacer.take('learned', 60);
    await pacer.take('learned', 30);
    first.ended();
    // The first one cost only 10; the second is still under way.
    await pacer.learn('learned', { available: 90, capacity: 100, refillPerSecond: 0.001 });
    expect((await pacer.take('learned', 59)).waitMs).toBe(0);
    expect((await pacer.take('learned', 10)).waitMs).toBeGreaterThan(0);
  });

  test('a call that waits for its turn while the platform asks for silence is not sent, and gives its tokens back', async () => {
    let rest = 0;
    const limits = { silenced: { capacity: 1, refillPerSecond: 20, learned: false } };
    const pacer = makePacer(world.hub.db, world.organizationId, world.otherId, limits, {
      restSeconds: () => rest,
      confirm: async () => {},
    });
    const wire = openSockets(true);
    const transport = makeTransport({ wire, pacing: pacer, now: Date.now, onLearnFailed: () => undefined });
    await pacer.take('silenced', 1);
    const waiting = transport.send({ method: 'POST', url: 'http://127.0.0.1:1/', bucket: 'silenced', cost: 1 });
    rest = 7;
    expect(await waiting.catch((error: unknown) => error)).toMatchObject({ name: 'RateLimited', retryAfterSeconds: 7 });
    rest = 0;
    expect((await pacer.take('silenced', 1)).waitMs).toBeLessThanOrEqual(52);
    await wire.close();
  });

  test('a wait that is too long is not slept through, and gives its tokens back', async () => {
    const pacer = pacerOf('slow', { capacity: 1, refillPerSecond: 0.01 });
    const wire = openSockets(true);
    const transport = makeTransport({ wire, pacing: pacer, now: Date.now, onLearnFailed: () => undefined });
    await pacer.take('slow', 1);
    const send = () => transport.send({ method: 'POST', url: 'http://127.0.0.1:1/', bucket: 'slow', cost: 1 });
    const first = await send().catch((error: unknown) => error);
    await send().catch(() => undefined);
    await send().catch(() => undefined);
    const last = await send().catch((error: unknown) => error);
    expect(first).toBeInstanceOf(RateLimited);
    // Were the tokens kept, each try would push the end further away: four times a hundred seconds.
    expect((last as RateLimited).retryAfterSeconds).toBeLessThan(103 - longestPaceSeconds);
    await wire.close();
  });
});

describe('I9: so many calls in any stretch of time', () => {
  const perSecond = { calls: 5, perSeconds: 1 };

  /** How late this program may hear of a slot, and take it for later than it is. */
  const hearingMs = 100;

  /** At most five of these moments, in ms, lie in any second. */
  const expectWithinLimit = (moments: readonly number[]) => {
    const sorted = moments.toSorted((a, b) => a - b);
    for (const start of sorted)
      expect(sorted.filter((at) => at >= start && at < start + 1000 - hearingMs).length).toBeLessThanOrEqual(5);
  };

  test('two processes together get their slots a window apart, and the limit is used to 95 %', async () => {
    const pools = [
      openPool(database.appUrl, { onError: () => undefined }),
      openPool(database.appUrl, { onError: () => undefined }),
    ];
    const processes = pools.map((pool) =>
      makePacer(openDatabase(pool), world.organizationId, world.otherId, { window: perSecond }),
    );
    const startedAt = performance.now();
    const slots = await Promise.all(
      Array.from({ length: 60 }, async (_, at) => {
        const leave = await present(processes[at % 2], 'a process').take('window', 1);
        return performance.now() + leave.waitMs;
      }),
    );
    await Promise.all(pools.map((pool) => pool.end()));
    expectWithinLimit(slots);
    // Sixty calls are twelve windows; the last one begins when eleven are over.
    expect(Math.max(...slots) - startedAt).toBeLessThan((11 * 1000) / 0.95);
  });

  test('a call that is slow to arrive holds back the one a window after it by as much as it was slower than the quickest', async () => {
    const pacer = makePacer(world.hub.db, world.organizationId, world.otherId, { late: perSecond });
    const leaves = await Promise.all(Array.from({ length: 6 }, () => pacer.take('late', 1)));
    const [first, second, ...others] = leaves.slice(0, 5);
    const sixth = present(leaves[5], 'the sixth');
    for (const leave of leaves.slice(0, 5)) expect(leave.sending()).toBe(0);
    const startedAt = performance.now();
    second?.ended();
    const quickestMs = performance.now() - startedAt;
    await sleep(300);
    // It may have arrived at any moment up to now: a window from now on, whatever its slot says.
    expect(startedAt + 1000 + 50).toBeGreaterThan(performance.now() + sixth.sending());
    first?.ended();
    const slowMs = performance.now() - startedAt;
    expect(performance.now() + sixth.sending() - startedAt).toBeGreaterThan(1000 + slowMs - quickestMs - 20);
    for (const leave of others) leave.ended();
  });

  test('answers that all take as long cost nothing of the limit', async () => {
    const pacer = makePacer(world.hub.db, world.organizationId, world.otherId, { even: perSecond });
    const leaves = await Promise.all(Array.from({ length: 6 }, () => pacer.take('even', 1)));
    for (const leave of leaves.slice(0, 5)) expect(leave.sending()).toBe(0);
    const startedAt = performance.now();
    await sleep(200);
    for (const leave of leaves.slice(0, 5)) leave.ended();
    expect(performance.now() + present(leaves[5], 'the sixth').sending() - startedAt).toBeLessThan(1030);
  });

  test('the next turn knows what the one before has sent', async () => {
    const turn = () => makePacer(world.hub.db, world.organizationId, world.otherId, { next: perSecond });
    const [first, second] = [turn(), turn()];
    const before = await Promise.all(Array.from({ length: 5 }, () => first.take('next', 1)));
    const after = await second.take('next', 1);
    await sleep(300);
    for (const leave of before) expect(leave.sending()).toBe(0);
    await sleep(5);
    for (const leave of before) leave.ended();
    // Its slot is a second after theirs, but they have left late.
    expect(after.sending()).toBeGreaterThan(900);
  });

  test('nobody is sent while the call of a window before has no answer', async () => {
    const pacer = makePacer(world.hub.db, world.organizationId, world.otherId, { silent: { calls: 1, perSeconds: 0.05 } });
    const [first, second] = await Promise.all([pacer.take('silent', 1), pacer.take('silent', 1)]);
    expect(first.sending()).toBe(0);
    await sleep(150);
    expect(second.sending()).toBeGreaterThan(0);
    first.ended();
    expect(second.sending()).toBeLessThanOrEqual(50);
  });

  test('a slot that is given back is free for another', async () => {
    const pacer = makePacer(world.hub.db, world.organizationId, world.otherId, { returned: { calls: 1, perSeconds: 60 } });
    await (await pacer.take('returned', 1)).giveBack();
    expect((await pacer.take('returned', 1)).waitMs).toBe(0);
    expect((await pacer.take('returned', 1)).waitMs).toBeGreaterThan(59_000);
  });
});
