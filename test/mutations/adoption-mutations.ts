/** Rules of very much that changes at once on a store whose figures count, and of what waits for a decision. See mutations.ts. */
import type { Mutation } from './mutation.ts';

const mass = ['test/mass-adoption.db.test.ts'];
const ends = ['test/mass-adoption-ends.db.test.ts'];
const policy = ['test/drift-brake.db.test.ts'];
const judging = 'src/sync/mass-adoption.ts';

export const adoptionMutations: readonly Mutation[] = [
  {
    name: 'adoption: pages of a store are counted one after the other',
    file: 'src/sync/readings.ts',
    line: 'await lockWaits(tx, turn.store.id);',
    without: '{}',
    tests: mass,
  },
  {
    name: 'adoption: what was taken over within the hour counts',
    file: judging,
    line: 'await exceed(asked.union(takenOver))',
    without: 'await exceed(asked)',
    tests: mass,
  },
  {
    name: 'adoption: what waits counts as well',
    file: judging,
    line: 'const asked = new Set([...fresh, ...rows.map(({ id }) => id)]);',
    without: 'const asked = new Set(fresh);',
    tests: mass,
  },
  {
    name: 'adoption: what a store has sold is none',
    file: judging,
    line: "if (kind.name !== 'quantity' || ordersOf(turn) === null) return new Set();",
    without: 'if (kind.name.length > 0) return new Set();',
    tests: mass,
  },
  {
    name: 'adoption: what was sold is none within the hour either',
    file: judging,
    line: "field === 'quantity' ? await soldThere(tx, storeId, rows) : new Set<string>()",
    without: 'new Set()',
    tests: mass,
  },
  {
    name: 'adoption: a figure that waits is judged by what was expected, not by what was found',
    file: 'src/sync/readings.ts',
    line: 'wait?.expected ?? expectedValue(row.level, value, kind.same)',
    without: 'expectedValue(row.level, value, kind.same)',
    tests: mass,
  },
  {
    name: 'adoption: a quantity that waits is held',
    file: 'src/listings/desired.ts',
    line: "heldReason: disputeOver(causes, 'quantity', place),",
    without: 'heldReason: null,',
    tests: mass,
  },
  {
    name: 'adoption: it is held no longer than the store owns the figure',
    file: 'src/listings/desired.ts',
    line: "return isTheirs ? 'adoption_waits' : null;",
    without: "return 'adoption_waits';",
    tests: ends,
  },
  {
    name: 'adoption: what is void is asked about no longer',
    file: 'src/sync/adoption-change-set.ts',
    line: 'await endVoidWaits(tx, storeId, pending.createdAt, now);',
    without: '',
    tests: ends,
  },
  {
    name: 'adoption: in another currency it is not held',
    file: 'src/listings/causes.ts',
    line: "when d.cause = 'too_many' then d.field = 'quantity' or d.currency = p.currency else",
    without: "when d.cause = 'too_many' then true else",
    tests: ends,
  },
  {
    name: 'adoption: after a yes the hour passes',
    file: judging,
    line: "status === 'approved' ? secondsAfter(at, adoptionHourSeconds) : at",
    without: 'at',
    tests: mass,
  },
  {
    name: 'adoption: after a no it is counted anew',
    file: judging,
    line: "and status in ('approved', 'discarded')",
    without: "and status = 'approved'",
    tests: mass,
  },
  {
    name: 'adoption: what one person has decided alone is not decided again with the rest',
    file: 'src/sync/decide-adoptions.ts',
    line: 'const rows = await readWaiting(tx, storeId, createdAt, true);',
    without: 'const rows = waiting;',
    tests: ends,
  },
  {
    name: 'adoption: ours is put back without another question',
    file: 'src/sync/decide-adoptions.ts',
    line: 'await freePrices(',
    without: 'if (Math.random() > 2) await freePrices(',
    tests: mass,
  },
  {
    name: 'adoption: alone, the price of the source store is the master’s',
    file: 'src/listings/decide-drifts.ts',
    line: 'if (drift.is_source && drift.price_override !== found) {',
    without: 'if (drift.is_source && false) {',
    tests: ends,
  },
  {
    name: 'a store whose changes count by its setting does not empty the book',
    file: 'src/sync/settle-drifts.ts',
    line: "if (asked.has(row.id)) row.state = 'waiting';",
    without: "if (asked.has('')) row.state = 'waiting';",
    tests: policy,
  },
  {
    name: 'what was taken over by its setting within the hour counts with what is to be',
    file: 'src/sync/brake-take-overs.ts',
    line: "when 'taken_over' then d.settled_by is null",
    without: "when 'taken_over' then false",
    tests: policy,
  },
  {
    name: 'what waits of a link that is no more ends',
    file: 'src/sync/run-turn.ts',
    line: '(await endVoidDrifts(turn)) || (await bookLinked(turn))',
    without: 'await bookLinked(turn)',
    tests: policy,
  },
  {
    name: 'a price is held for a difference of what its listing is linked to alone',
    file: 'src/listings/causes.ts',
    line: 'where d.listing_id = i.id and d.variant_id = i.variant_id',
    without: 'where d.listing_id = i.id',
    tests: policy,
  },
  {
    name: 'a link that is taken away is looked through for what waits',
    file: 'src/listings/link-listing.ts',
    line: 'await noteNewLinks(tx, storeIds, now);',
    without: '',
    tests: policy,
  },
];
