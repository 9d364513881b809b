/**
 * A small world around one level: a shop that sells and is edited, a book, and a worker that reads and writes with the
 * engine's own decisions. Every step is one thing that may happen next.
 */
import { afterEvent, type Level, type LevelEvent, type NextAct, nextAct, type Same, seenLevel } from '#listings/level-state.ts';

export interface Rules {
  after: (level: Level<number>, event: LevelEvent<number>) => Level<number>;
  act: (level: Level<number>, now: number) => NextAct<number>;
}

const same: Same<number> = (a, b) => a === b;
export const real: Rules = {
  after: (level, event) => afterEvent(level, event, same),
  act: (level, now) => nextAct(level, now, same),
};

interface Budget {
  sale: number;
  restock: number;
  elsewhere: number;
  edit: number;
  lost: number;
  dead: number;
  throttled: number;
  readFailed: number;
  /** Pages of a pull. */
  page: number;
}

interface Write {
  id: string;
  value: number;
  replaces: number | null;
}

export interface World {
  shop: number;
  book: number;
  level: Level<number>;
  /** Sales that the shop has made and we have not booked. */
  unread: number;
  /** The platform is about to say that something changed. */
  hint: boolean;
  /** Figures that the platform is about to tell, in any order. */
  told: number[];
  /** A page under way, as the shop stood when it was made. */
  page: number | null;
  /** What must not be, whatever follows. */
  broken: string | null;
  wire: (Write & { answer: 'applied' | 'stale' | 'refused' | null; senderDead: boolean }) | null;
  /** A write whose answer nobody waits for: it may still be applied, and its sender may still speak. */
  late: (Write & { onWire: boolean; applied: boolean; speaks: boolean }) | null;
  readings: { value: number | null; fence: number; of: 'worker' | 'former' }[];
  left: Budget;
}

export interface Platform {
  compareAndSet: boolean;
  refuses: number | null;
  /** Says yes to every write and keeps its own value. */
  ignores: boolean;
  /** Every change of the book waits until a person lets it pass. */
  asks: boolean;
  /** Tells of every change, whoever has made it, and what it shows then. */
  tells: boolean;
}

export type Step = readonly [event: string, after: World];

const none: Budget = { sale: 0, restock: 0, elsewhere: 0, edit: 0, lost: 0, dead: 0, throttled: 0, readFailed: 0, page: 0 };
export const plain: Platform = { compareAndSet: false, refuses: null, ignores: false, asks: false, tells: false };
/** What people and buyers do; everything else happens by itself. */
export const deeds = new Set(['sale', 'restock', 'sold elsewhere', 'edited on the platform', 'a page is made', 'approved']);
/** The level's clock stands at 0; waiting is a moment later. */
export const later = 1;

export function worldOf(left: Partial<Budget>): World {
  const level: Level<number> = { ...seenLevel(3), desired: 3 };
  const quiet = { unread: 0, hint: false, told: [], page: null, broken: null, wire: null, late: null, readings: [] };
  return { shop: 3, book: 3, level, ...quiet, left: { ...none, ...left } };
}

export const shown = (world: World): number => Math.max(0, world.book);

const to = (world: World, event: string, change: (next: World) => void): Step => {
  const next = structuredClone(world);
  change(next);
  return [event, next];
};

function* deedsOf(s: World, rules: Rules, platform: Platform): Generator<Step> {
  if (s.left.sale && s.shop > 0) {
    yield to(s, 'sale', (t) => {
      t.left.sale--;
      setShop(t, platform, t.shop - 1);
      t.unread++;
    });
  }
  if (s.left.restock) {
    yield to(s, 'restock', (t) => {
      t.left.restock--;
      setBook(t, rules, t.book + 1, platform.asks);
    });
  }
  if (s.left.elsewhere && s.book > 0) {
    yield to(s, 'sold elsewhere', (t) => {
      t.left.elsewhere--;
      setBook(t, rules, t.book - 1, platform.asks);
    });
  }
  if (s.level.heldReason !== null) {
    yield to(s, 'approved', (t) => {
      t.level = rules.after(t.level, { kind: 'desired_changed', desired: shown(t), heldReason: null });
    });
  }
  if (s.left.page && s.page === null) {
    yield to(s, 'a page is made', (t) => {
      t.left.page--;
      t.page = t.shop;
    });
  }
  if (s.left.edit) {
    yield to(s, 'edited on the platform', (t) => {
      t.left.edit--;
      setShop(t, platform, t.shop + 1);
      t.hint = !platform.tells;
    });
  }
}

function setShop(t: World, platform: Platform, units: number): void {
  if (platform.tells && units !== t.shop) t.told = [...t.told, units].sort((a, b) => a - b);
  t.shop = units;
}

function setBook(t: World, rules: Rules, book: number, asks = false): void {
  t.book = book;
  t.level = rules.after(t.level, { kind: 'desired_changed', desired: shown(t), heldReason: asks ? 'needs_approval' : null });
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
  for (const [at, value] of s.told.entries()) {
    yield to(s, `the platform tells of ${value}`, (t) => {
      t.told.splice(at, 1);
      t.level = rules.after(t.level, { kind: 'told', value });
    });
  }
  if (s.page !== null) {
    yield to(s, `the page arrives and shows ${s.page}`, (t) => {
      t.page = null;
      t.level = rules.after(t.level, { kind: 'seen', value: s.page });
    });
  }
  if (s.level.attemptAfter > 0 && !s.late?.onWire)
    yield to(s, 'time passes', (t) => {
      t.level.attemptAfter = 0;
    });
}

function* readingsOf(s: World, rules: Rules): Generator<Step> {
  const own = s.readings.some((reading) => reading.of === 'worker');
  if (!own && !s.wire && rules.act(s.level, 0).kind === 'read') {
    yield to(s, 'reading begins', (t) => void t.readings.push({ value: null, fence: t.level.readFence, of: 'worker' }));
  }
  for (const [at, reading] of s.readings.entries()) {
    const whose = reading.of === 'former' ? " (the former worker's)" : '';
    const change = (t: World, work: (reading: World['readings'][number]) => void) => t.readings.slice(at, at + 1).forEach(work);
    if (reading.value === null)
      yield to(s, `store answers reading${whose}`, (t) => change(t, (one) => Object.assign(one, { value: t.shop })));
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
        change(t, (one) => Object.assign(one, { of: 'former' }));
      });
    }
  }
}

function* writesOf(s: World, rules: Rules, platform: Platform): Generator<Step> {
  const act = rules.act(s.level, 0);
  if (!s.wire && act.kind === 'write') {
    yield to(s, `write ${act.value} begins`, (t) => {
      if (t.level.heldReason !== null) t.broken = `${act.value} is written although it waits for a decision`;
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
  else setShop(t, platform, write.value);
  return 'applied';
}

function loseWrite(t: World, rules: Rules, wire: NonNullable<World['wire']>, speaks: boolean): void {
  t.late = {
    id: wire.id,
    value: wire.value,
    replaces: wire.replaces,
    onWire: wire.answer === null,
    applied: wire.answer === 'applied',
    speaks,
  };
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

/** All that may happen next. */
export const stepsOf = (s: World, rules: Rules, platform: Platform): Step[] => [
  ...deedsOf(s, rules, platform),
  ...newsOf(s, rules),
  ...readingsOf(s, rules),
  ...writesOf(s, rules, platform),
  ...lateOf(s, rules, platform),
];
