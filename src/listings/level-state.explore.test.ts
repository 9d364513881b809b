/**
 * Walks every interleaving of a small world around one level (test/level-world.ts), with the engine's own decisions
 * (`nextAct`, `afterEvent`).
 *
 * Must hold: whenever the world is quiet (nothing is under way and the engine wants nothing), the shop shows what the book
 * says, or has refused this very value; and the engine always comes to rest by itself. Each rule, removed by wrapping the
 * real functions, must break that.
 */
import { describe, expect, it } from 'vitest';
import type { Level, LevelEvent } from '#listings/level-state.ts';
import { explore } from '#test/explore-levels.ts';
import { type Platform, plain, type Rules, real, type World, worldOf } from '#test/level-world.ts';

interface Scene {
  start: World;
  platform: Platform;
}

const scenes = {
  'sales, restocks and a write without an answer': {
    start: worldOf({ sale: 2, restock: 1, elsewhere: 1, lost: 1 }),
    platform: plain,
  },
  'editing on the platform, throttling, failing readings': {
    start: worldOf({ sale: 1, restock: 1, edit: 1, throttled: 1, readFailed: 1 }),
    platform: plain,
  },
  'workers that die or lose the store': { start: worldOf({ sale: 1, restock: 2, elsewhere: 1, dead: 2 }), platform: plain },
  'compare-and-set': {
    start: worldOf({ sale: 1, restock: 1, elsewhere: 1, edit: 1, lost: 1 }),
    platform: { ...plain, compareAndSet: true },
  },
  'a value that the platform refuses': {
    start: worldOf({ sale: 1, restock: 2, elsewhere: 1, edit: 1, lost: 1 }),
    platform: { ...plain, refuses: 4 },
  },
  'a platform that says yes and ignores': {
    start: worldOf({ restock: 1, elsewhere: 1, lost: 1 }),
    platform: { ...plain, ignores: true },
  },
  'a platform that says yes and ignores, and pages of a pull': {
    start: worldOf({ restock: 1, edit: 1, page: 2 }),
    platform: { ...plain, ignores: true },
  },
  'people edit on the platform again and again': { start: worldOf({ restock: 1, edit: 3 }), platform: plain },
  'pages of a pull that come late': { start: worldOf({ restock: 1, elsewhere: 1, edit: 1, page: 2, lost: 1 }), platform: plain },
  'changes that wait until a person lets them pass': {
    start: worldOf({ restock: 2, elsewhere: 1, edit: 1, lost: 1 }),
    platform: { ...plain, asks: true },
  },
  'a platform that tells of every change, in any order, what it shows then': {
    start: worldOf({ sale: 1, restock: 1, edit: 1, lost: 1 }),
    platform: { ...plain, compareAndSet: true, tells: true },
  },
  'a platform that tells of every change, and refuses or throttles': {
    start: worldOf({ restock: 2, elsewhere: 1, edit: 1, throttled: 1 }),
    platform: { ...plain, refuses: 4, tells: true },
  },
  'readings of a former worker': { start: worldOf({ edit: 1, restock: 2, elsewhere: 2, dead: 1 }), platform: plain },
} satisfies Record<string, Scene>;

type SceneName = keyof typeof scenes;

describe('I4, one level: whenever the world is quiet, the shop shows what the book says', () => {
  it.each(Object.keys(scenes) as SceneName[])('%s', (name) => {
    const { start, platform } = scenes[name];
    const found = explore(start, real, platform);
    expect(found.wrong).toBeNull();
    expect(found.restless).toBeNull();
    // A world in which nothing happens would prove nothing.
    expect(found.states).toBeGreaterThan(300);
    expect(found.quiet).toBeGreaterThan(1);
  });
});

type Change = (level: Level<number>, event: LevelEvent<number>, after: Level<number>) => Level<number>;
const changed = (change: Change): Rules => ({ ...real, after: (level, event) => change(level, event, real.after(level, event)) });
const on = (
  kind: LevelEvent<number>['kind'],
  change: (level: Level<number>, after: Level<number>) => Partial<Level<number>>,
): Rules => changed((level, event, after) => (event.kind === kind ? { ...after, ...change(level, after) } : after));

const removed: readonly [rule: string, scene: SceneName, rules: Rules][] = [
  [
    'a booked sale makes what is known unknown',
    'sales, restocks and a write without an answer',
    on('sale_booked', (level, after) => ({ knowledge: level.knowledge === 'known' ? 'known' : after.knowledge })),
  ],
  [
    'a booked sale keeps the answer of a write from making it known',
    'sales, restocks and a write without an answer',
    on('sale_booked', (level) => ({ write: level.write })),
  ],
  [
    'a booked sale voids a reading under way',
    'sales, restocks and a write without an answer',
    on('sale_booked', (level) => ({ readFence: level.readFence })),
  ],
  [
    'a reading counts only with the fence it began with',
    'sales, restocks and a write without an answer',
    {
      ...real,
      after: (level, event) =>
        real.after(level, event.kind === 'read_returned' ? { ...event, readFence: level.readFence } : event),
    },
  ],
  [
    'after a lost write nothing is read before it can no longer apply',
    'sales, restocks and a write without an answer',
    on('write_lost', (level) => ({ attemptAfter: level.attemptAfter })),
  ],
  [
    'a lost write is not believed unapplied',
    'sales, restocks and a write without an answer',
    on('write_lost', (_, after) => ({ ...after, knowledge: 'known' })),
  ],
  [
    'a lost write is not believed applied',
    'sales, restocks and a write without an answer',
    on('write_lost', (level, after) => ({ knowledge: 'known', remote: level.write?.value ?? after.remote })),
  ],
  [
    'a hint makes what is known unknown',
    'editing on the platform, throttling, failing readings',
    on('doubted', (level) => ({ ...level })),
  ],
  [
    'a hint keeps the answer of a write from making it known',
    'editing on the platform, throttling, failing readings',
    on('doubted', (level) => ({ write: level.write })),
  ],
  [
    'a throttled write is not believed applied',
    'editing on the platform, throttling, failing readings',
    on('write_not_applied', (level, after) => ({ remote: level.write?.value ?? after.remote })),
  ],
  [
    'an answer counts only for the write under way',
    'workers that die or lose the store',
    {
      ...real,
      after: (level, event) =>
        real.after(
          level,
          'writeId' in event && level.write && event.kind === 'write_applied' ? { ...event, writeId: level.write.id } : event,
        ),
    },
  ],
  [
    'writes void the readings that began before them',
    'readings of a former worker',
    changed((level, event, after) => (event.kind.startsWith('write_') ? { ...after, readFence: level.readFence } : after)),
  ],
  ['after a stale write it is read again', 'compare-and-set', on('write_stale', () => ({ knowledge: 'known' }))],
  ['a refused value is not sent again', 'a value that the platform refuses', on('write_refused', () => ({ refusedFor: null }))],
  [
    'a write that readings never confirm counts as refused',
    'a platform that says yes and ignores',
    on('read_returned', () => ({ unconfirmed: 0, refusedFor: null })),
  ],
  [
    'a third value counts as an edit, not as a write that was ignored',
    'people edit on the platform again and again',
    on('read_returned', (level, after) => {
      const unconfirmed = after.remote === level.desired ? 0 : level.unconfirmed + 1;
      return { unconfirmed, refusedFor: unconfirmed >= 3 ? level.desired : after.refusedFor };
    }),
  ],
  [
    'a page that differs is doubt, and not believed',
    'pages of a pull that come late',
    changed((level, event, after) =>
      event.kind === 'seen' && level.knowledge === 'known' ? { ...after, knowledge: 'known', remote: event.value } : after,
    ),
  ],
  [
    'a figure that is told is not believed where it differs',
    'a platform that tells of every change, in any order, what it shows then',
    changed((level, event, after) =>
      event.kind === 'told' && level.knowledge === 'known' ? { ...after, knowledge: 'known', remote: event.value } : after,
    ),
  ],
  [
    'a figure that is told says not that the write under way has put it there',
    'a platform that tells of every change, and refuses or throttles',
    changed((level, event, after) => (event.kind === 'told' && level.write?.value === event.value ? level : after)),
  ],
  [
    'what waits for a decision is not written',
    'changes that wait until a person lets them pass',
    {
      ...real,
      act: (level, now) => real.act({ ...level, heldReason: null }, now),
    },
  ],
  [
    'an unknown level is read before it is written',
    'sales, restocks and a write without an answer',
    {
      ...real,
      act: (level, now) => {
        const act = real.act(level, now);
        if (act.kind !== 'read' || level.desired === null) return act;
        return level.remote === level.desired ? { kind: 'nothing' } : { kind: 'write', value: level.desired };
      },
    },
  ],
];

describe('each rule is needed: without it the exploration finds a story that ends wrong', () => {
  it.each(removed)('%s', (rule, scene, rules) => {
    const { start, platform } = scenes[scene];
    const found = explore(start, rules, platform);
    const story = found.wrong ?? found.restless;
    expect(story).not.toBeNull();
    console.info(`without "${rule}":\n  ${story}`);
  });
});
