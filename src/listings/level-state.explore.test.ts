/**
 * Walks every interleaving of a small world around one level, with the engine's own decisions (`nextAct`, `afterEvent`):
 * breadth first, so that the story of a counterexample is the shortest one.
 *
 * Must hold: whenever the world is quiet (nothing is under way and the engine wants nothing), the shop shows what the book
 * says, or has refused this very value; and the engine always comes to rest by itself. Each rule, removed by wrapping the
 * real functions, must break that.
 */
import { describe, expect, it } from 'vitest';
import { afterEvent, type Level, type LevelEvent, type NextAct, nextAct, type Same } from '#listings/level-state.ts';

interface Rules {
  after: (level: Level<number>, event: LevelEvent<number>) => Level<number>;
  act: (level: Level<number>, now: number) => NextAct<number>;
}

const same: Same<number> = (a, b) => a === b;
const real: Rules = { after: (level, event) => afterEvent(level, event, same), act: (level, now) => nextAct(level, now, same) };

interface Budget {
  sale: number;
  restock: number;
  elsewhere: number;
  edit: number;
  lost: number;
  dead: number;
  throttled: number;
  readFailed: number;
}

interface Write {
  id: string;
  value: number;
  replaces: number | null;
}

interface World {
  shop: number;
  book: number;
  level: Level<number>;
  /** Sales that the shop has made and we have not booked. */
  unread: number;
  /** The platform is about to say that something changed. */
  hint: boolean;
  wire: (Write & { answer: 'applied' | 'stale' | 'refused' | null; senderDead: boolean }) | null;
  /** A write whose answer nobody waits for: it may still be applied, and its sender may still speak. */
  late: (Write & { onWire: boolean; applied: boolean; speaks: boolean }) | null;
  readings: { value: number | null; fence: number; of: 'worker' | 'former' }[];
  left: Budget;
}

interface Platform {
  compareAndSet: boolean;
  refuses: number | null;
  /** Says yes to every write and keeps its own value. */
  ignores: boolean;
}

type Step = readonly [event: string, after: World];

const none: Budget = { sale: 0, restock: 0, elsewhere: 0, edit: 0, lost: 0, dead: 0, throttled: 0, readFailed: 0 };
const plain: Platform = { compareAndSet: false, refuses: null, ignores: false };
/** What people and buyers do; everything else happens by itself. */
const deeds = new Set(['sale', 'restock', 'sold elsewhere', 'edited on the platform']);
/** The level's clock stands at 0; waiting is a moment later. */
const later = 1;

function worldOf(left: Partial<Budget>): World {
  const level: Level<number> = {
    desired: 3,
    remote: 3,
    knowledge: 'known',
    write: null,
    readFence: 0,
    attemptAfter: 0,
    failures: 0,
    unconfirmed: 0,
    lastApplied: null,
    lost: null,
    heldReason: null,
    refusedFor: null,
  };
  return { shop: 3, book: 3, level, unread: 0, hint: false, wire: null, late: null, readings: [], left: { ...none, ...left } };
}

const shown = (world: World): number => Math.max(0, world.book);

const to = (world: World, event: string, change: (next: World) => void): Step => {
  const next = structuredClone(world);
  change(next);
  return [event, next];
};

function* deedsOf(s: World, rules: Rules): Generator<Step> {
  if (s.left.sale && s.shop > 0) {
    yield to(s, 'sale', (t) => {
      t.left.sale--;
      t.shop--;
      t.unread++;
    });
  }
  if (s.left.restock) {
    yield to(s, 'restock', (t) => {
      t.left.restock--;
      setBook(t, rules, t.book + 1);
    });
  }
  if (s.left.elsewhere && s.book > 0) {
    yield to(s, 'sold elsewhere', (t) => {
      t.left.elsewhere--;
      setBook(t, rules, t.book - 1);
    });
  }
  if (s.left.edit) {
    yield to(s, 'edited on the platform', (t) => {
      t.left.edit--;
      t.shop++;
      t.hint = true;
    });
  }
}

function setBook(t: World, rules: Rules, book: number): void {
  t.book = book;
  t.level = rules.after(t.level, { kind: 'desired_changed', desired: shown(t), heldReason: null });
}

function* newsOf(s: World, rules: Rules): Generator<Step> {
  if (s.unread) {
    yield to(s, 'webhook books a sale', (t) => {
      t.unread--;
      t.level = rules.after(t.level, { kind: 'sale_booked' });
      setBook(t, rules, t.book - 1);
    });
  }
  if (s.hint) {
    yield to(s, 'hint arrives', (t) => {
      t.hint = false;
      t.level = rules.after(t.level, { kind: 'doubted' });
    });
  }
  if (s.level.attemptAfter > 0 && !s.late?.onWire) yield to(s, 'time passes', (t) => void (t.level.attemptAfter = 0));
}

function* readingsOf(s: World, rules: Rules): Generator<Step> {
  const own = s.readings.some((reading) => reading.of === 'worker');
  if (!own && !s.wire && rules.act(s.level, 0).kind === 'read') {
    yield to(s, 'reading begins', (t) => void t.readings.push({ value: null, fence: t.level.readFence, of: 'worker' }));
  }
  for (const [at, reading] of s.readings.entries()) {
    const whose = reading.of === 'former' ? " (the former worker's)" : '';
    const change = (t: World, work: (reading: World['readings'][number]) => void) => t.readings.slice(at, at + 1).forEach(work);
    if (reading.value === null) yield to(s, `store answers reading${whose}`, (t) => change(t, (one) => void (one.value = t.shop)));
    else {
      const value = reading.value;
      yield to(s, `reading returns ${value}${whose}`, (t) => {
        t.readings.splice(at, 1);
        t.level = rules.after(t.level, { kind: 'read_returned', value, readFence: reading.fence });
      });
    }
    if (s.left.readFailed && reading.of === 'worker') {
      yield to(s, 'reading fails', (t) => {
        t.left.readFailed--;
        t.readings.splice(at, 1);
        t.level = rules.after(t.level, { kind: 'read_failed', retryAt: later });
      });
    }
    if (s.left.dead && reading.of === 'worker') {
      yield to(s, 'the worker loses the store while reading', (t) => {
        t.left.dead--;
        change(t, (one) => void (one.of = 'former'));
      });
    }
  }
}

function* writesOf(s: World, rules: Rules, platform: Platform): Generator<Step> {
  const act = rules.act(s.level, 0);
  if (!s.wire && act.kind === 'write') {
    yield to(s, `write ${act.value} begins`, (t) => {
      const replaces = t.level.remote;
      t.level = rules.after(t.level, { kind: 'write_began', writeId: 'new' });
      t.wire = { id: 'new', value: act.value, replaces, answer: null, senderDead: false };
    });
  }
  const { wire } = s;
  if (!wire) return;
  if (wire.answer === null) {
    yield to(s, 'write reaches the store', (t) => {
      if (t.wire) t.wire.answer = deliver(t, platform, t.wire);
    });
  }
  if (wire.senderDead) {
    yield to(s, 'the next worker finds it in flight', (t) => loseWrite(t, rules, wire, true));
    return;
  }
  if (wire.answer !== null) {
    yield to(s, `write answered: ${wire.answer}`, (t) => {
      t.wire = null;
      t.level = rules.after(t.level, { kind: `write_${wire.answer ?? 'applied'}`, writeId: wire.id });
    });
  }
  if (wire.answer === null && s.left.throttled) {
    yield to(s, 'throttled', (t) => {
      t.left.throttled--;
      t.wire = null;
      t.level = rules.after(t.level, { kind: 'write_not_applied', writeId: wire.id, retryAt: later });
    });
  }
  if (s.left.lost && !s.late) {
    yield to(s, 'no answer', (t) => {
      t.left.lost--;
      loseWrite(t, rules, wire, false);
    });
  }
  if (s.left.dead && !s.late) {
    yield to(s, 'the worker dies or loses the store', (t) => {
      t.left.dead--;
      if (t.wire) t.wire.senderDead = true;
    });
  }
}

function deliver(t: World, platform: Platform, write: Write): 'applied' | 'stale' | 'refused' {
  if (write.value === platform.refuses) return 'refused';
  if (platform.compareAndSet && t.shop !== write.replaces) return 'stale';
  if (platform.ignores) t.hint = true;
  else t.shop = write.value;
  return 'applied';
}

function loseWrite(t: World, rules: Rules, wire: NonNullable<World['wire']>, speaks: boolean): void {
  t.late = { id: wire.id, value: wire.value, replaces: wire.replaces, onWire: wire.answer === null, applied: wire.answer === 'applied', speaks };
  t.wire = null;
  t.level = rules.after(t.level, { kind: 'write_lost', writeId: wire.id, appliesUntil: later });
}

function* lateOf(s: World, rules: Rules, platform: Platform): Generator<Step> {
  const { late } = s;
  if (!late) return;
  if (late.onWire) {
    yield to(s, 'lost write applies late', (t) => {
      if (t.late) Object.assign(t.late, { onWire: false, applied: deliver(t, platform, t.late) === 'applied' });
    });
    yield to(s, 'lost write can no longer apply', (t) => {
      if (t.late) t.late.onWire = false;
    });
  }
  if (late.speaks && late.applied) {
    yield to(s, 'the former worker speaks of its write', (t) => {
      if (t.late) t.late.speaks = false;
      t.level = rules.after(t.level, { kind: 'write_applied', writeId: late.id });
    });
  }
}

/** The same situation written in one way: fences and ids count only relative to the present, failures not at all. */
function settled(world: World): World {
  const { level, late } = world;
  const fence = level.readFence;
  for (const reading of world.readings) reading.fence = reading.fence === fence ? 0 : -1;
  if (late) {
    if (level.write?.id !== late.id || world.wire) late.id = 'old';
    if (!late.onWire && !(late.speaks && late.applied)) world.late = null;
  }
  Object.assign(level, { readFence: 0, failures: 0, attemptAfter: level.attemptAfter > 0 ? later : 0 });
  return world;
}

interface Found {
  states: number;
  quiet: number;
  wrong: string | null;
  restless: string | null;
}

function explore(start: World, rules: Rules, platform: Platform): Found {
  const first = JSON.stringify(start);
  const cameFrom = new Map<string, readonly [from: string, event: string] | null>([[first, null]]);
  const entering = new Map<string, number>();
  const leaving = new Map<string, string[]>();
  const queue = [first];
  const found: Found = { states: 0, quiet: 0, wrong: null, restless: null };
  const story = (key: string): string => {
    const events: string[] = [];
    for (let from = cameFrom.get(key); from; from = cameFrom.get(from[0])) events.unshift(from[1]);
    return events.join(' > ');
  };
  for (let at = 0; at < queue.length; at++) {
    const key = queue[at] ?? '';
    const s = JSON.parse(key) as World;
    const byItself: string[] = [];
    for (const [event, next] of [...deedsOf(s, rules), ...newsOf(s, rules), ...readingsOf(s, rules), ...writesOf(s, rules, platform), ...lateOf(s, rules, platform)]) {
      const nextKey = JSON.stringify(settled(next));
      if (!deeds.has(event)) byItself.push(nextKey);
      if (cameFrom.has(nextKey)) continue;
      cameFrom.set(nextKey, [key, event]);
      queue.push(nextKey);
    }
    leaving.set(key, byItself);
    for (const next of byItself) entering.set(next, (entering.get(next) ?? 0) + 1);
    if (byItself.length > 0) continue;
    found.quiet++;
    if (s.shop !== shown(s) && s.level.refusedFor !== shown(s)) {
      found.wrong ??= `the store shows ${s.shop}, the book says ${s.book}, believed ${s.level.knowledge} ${s.level.remote}: ${story(key)}`;
    }
  }
  found.states = queue.length;
  const [circling] = onCircles(queue, leaving, entering);
  if (circling !== undefined) found.restless = `never comes to rest after: ${story(circling)}`;
  return found;
}

/** States left over when those that nothing leads to are taken away again and again: on a circle, or behind one. */
function onCircles(keys: readonly string[], leaving: Map<string, string[]>, entering: Map<string, number>): string[] {
  const free = keys.filter((key) => !entering.get(key));
  for (let at = 0; at < free.length; at++) {
    for (const next of leaving.get(free[at] ?? '') ?? []) {
      const count = (entering.get(next) ?? 0) - 1;
      entering.set(next, count);
      if (count === 0) free.push(next);
    }
  }
  const gone = new Set(free);
  return keys.filter((key) => !gone.has(key));
}

interface Scene {
  start: World;
  platform: Platform;
}

const scenes = {
  'sales, restocks and a write without an answer': { start: worldOf({ sale: 2, restock: 1, elsewhere: 1, lost: 1 }), platform: plain },
  'editing on the platform, throttling, failing readings': { start: worldOf({ sale: 1, restock: 1, edit: 1, throttled: 1, readFailed: 1 }), platform: plain },
  'workers that die or lose the store': { start: worldOf({ sale: 1, restock: 2, elsewhere: 1, dead: 2 }), platform: plain },
  'compare-and-set': { start: worldOf({ sale: 1, restock: 1, elsewhere: 1, edit: 1, lost: 1 }), platform: { ...plain, compareAndSet: true } },
  'a value that the platform refuses': { start: worldOf({ sale: 1, restock: 2, elsewhere: 1, edit: 1, lost: 1 }), platform: { ...plain, refuses: 4 } },
  'a platform that says yes and ignores': { start: worldOf({ restock: 1, elsewhere: 1, lost: 1 }), platform: { ...plain, ignores: true } },
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
const on = (kind: LevelEvent<number>['kind'], change: (level: Level<number>, after: Level<number>) => Partial<Level<number>>): Rules =>
  changed((level, event, after) => (event.kind === kind ? { ...after, ...change(level, after) } : after));

const removed: readonly [rule: string, scene: SceneName, rules: Rules][] = [
  [
    'a booked sale makes what is known unknown',
    'sales, restocks and a write without an answer',
    on('sale_booked', (level, after) => ({ knowledge: level.knowledge === 'known' ? 'known' : after.knowledge })),
  ],
  ['a booked sale keeps the answer of a write from making it known', 'sales, restocks and a write without an answer', on('sale_booked', (level) => ({ write: level.write }))],
  ['a booked sale voids a reading under way', 'sales, restocks and a write without an answer', on('sale_booked', (level) => ({ readFence: level.readFence }))],
  [
    'a reading counts only with the fence it began with',
    'sales, restocks and a write without an answer',
    { ...real, after: (level, event) => real.after(level, event.kind === 'read_returned' ? { ...event, readFence: level.readFence } : event) },
  ],
  ['after a lost write nothing is read before it can no longer apply', 'sales, restocks and a write without an answer', on('write_lost', (level) => ({ attemptAfter: level.attemptAfter }))],
  ['a lost write is not believed unapplied', 'sales, restocks and a write without an answer', on('write_lost', (_, after) => ({ ...after, knowledge: 'known' }))],
  [
    'a lost write is not believed applied',
    'sales, restocks and a write without an answer',
    on('write_lost', (level, after) => ({ knowledge: 'known', remote: level.write?.value ?? after.remote })),
  ],
  ['a hint makes what is known unknown', 'editing on the platform, throttling, failing readings', on('doubted', (level) => ({ ...level }))],
  ['a hint keeps the answer of a write from making it known', 'editing on the platform, throttling, failing readings', on('doubted', (level) => ({ write: level.write }))],
  [
    'a throttled write is not believed applied',
    'editing on the platform, throttling, failing readings',
    on('write_not_applied', (level, after) => ({ remote: level.write?.value ?? after.remote })),
  ],
  [
    'an answer counts only for the write under way',
    'workers that die or lose the store',
    { ...real, after: (level, event) => real.after(level, 'writeId' in event && level.write && event.kind === 'write_applied' ? { ...event, writeId: level.write.id } : event) },
  ],
  [
    'writes void the readings that began before them',
    'readings of a former worker',
    changed((level, event, after) => (event.kind.startsWith('write_') ? { ...after, readFence: level.readFence } : after)),
  ],
  ['after a stale write it is read again', 'compare-and-set', on('write_stale', () => ({ knowledge: 'known' }))],
  ['a refused value is not sent again', 'a value that the platform refuses', on('write_refused', () => ({ refusedFor: null }))],
  ['a write that readings never confirm counts as refused', 'a platform that says yes and ignores', on('read_returned', () => ({ unconfirmed: 0, refusedFor: null }))],
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
