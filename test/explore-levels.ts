/** Walks every interleaving of a level's world (level-world.ts) and tells the first story that ends wrong. */
import { deeds, later, type Platform, type Rules, shown, stepsOf, type World } from '#test/level-world.ts';

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

export interface Found {
  states: number;
  quiet: number;
  wrong: string | null;
  restless: string | null;
}

/** Breadth first, so that the story of a counterexample is the shortest one. */
export function explore(start: World, rules: Rules, platform: Platform): Found {
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
    for (const [event, next] of stepsOf(s, rules, platform)) {
      const nextKey = JSON.stringify(settled(next));
      if (!deeds.has(event)) byItself.push(nextKey);
      if (cameFrom.has(nextKey)) continue;
      cameFrom.set(nextKey, [key, event]);
      queue.push(nextKey);
    }
    leaving.set(key, byItself);
    for (const next of byItself) entering.set(next, (entering.get(next) ?? 0) + 1);
    if (s.broken !== null) found.wrong ??= `${s.broken}: ${story(key)}`;
    if (byItself.length > 0) continue;
    found.quiet++;
    const refused = s.level.refusedFor === shown(s);
    if (refused && !platform.ignores && platform.refuses !== shown(s))
      found.wrong ??= `counts as refused what the platform takes: ${story(key)}`;
    if (s.shop !== shown(s) && !refused && s.level.heldReason === null) {
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
