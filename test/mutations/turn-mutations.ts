/** What keeps a lower figure from waiting for anything that takes long, and what keeps a lost call from being forgotten. */
import type { Mutation } from './mutation.ts';

const patience = ['test/patience.db.test.ts'];
const claims = ['test/claim.db.test.ts'];
const beside = ['test/beside-the-turn.db.test.ts'];
const hooks = ['test/webhook-registrations.db.test.ts'];
const repeats = ['test/repeat-calls.db.test.ts'];

export const turnMutations: readonly Mutation[] = [
  {
    name: 'patience: a pull leaves room in the limits',
    file: 'src/sync/pull.ts',
    line: 'turn.connector.pull(turn.patient, {\n      since,',
    without: 'turn.connector.pull(turn.session, {\n      since,',
    tests: patience,
  },
  {
    name: 'patience: products of which webhooks tell leave room in the limits',
    file: 'src/sync/pull.ts',
    line: 'turn.connector.pull(turn.patient, {\n    since: null,',
    without: 'turn.connector.pull(turn.session, {\n    since: null,',
    tests: patience,
  },
  {
    name: 'patience: the polling of orders leaves room in the limits',
    file: 'src/sync/pull-orders.ts',
    line: 'orders.pull(turn.patient, {',
    without: 'orders.pull(turn.session, {',
    tests: patience,
  },
  {
    name: 'repeats: a lost call is due with the first of its writes',
    file: 'src/sync/repeat-calls.ts',
    line: 'nextAct(row.level, whenever, quantityLevels.same)',
    without: 'nextAct(row.level, now.getTime(), quantityLevels.same)',
    tests: repeats,
  },
  {
    name: 'repeats: how often a figure had failed alone does not count',
    file: 'src/sync/repeat-calls.ts',
    line: 'tries > repeatsAtMost',
    without: 'row.level.failures > repeatsAtMost',
    tests: repeats,
  },
  {
    name: 'beside: figures go out while products are read, however long',
    file: 'src/sync/run-turn.ts',
    line: " || beside.runs('products');",
    without: ';',
    tests: beside,
  },
  {
    name: 'beside: products that are told of meanwhile do not keep a turn from its end',
    file: 'src/sync/run-turn.ts',
    line: "due.products && (hasTime() || beside.runs('pull'))",
    without: 'due.products',
    tests: beside,
  },
  {
    name: 'webhooks: a store is listened to before its catalog is read',
    file: 'src/sync/run-turn.ts',
    line: '    if (job.retryCount === 0) await compareWebhooks(turn);\n',
    without: '',
    tests: hooks,
  },
  {
    name: 'webhooks: a store that cannot be listened to is read all the same',
    file: 'src/sync/run-turn.ts',
    line: 'if (job.retryCount === 0) await compareWebhooks(turn);',
    without: 'await compareWebhooks(turn);',
    tests: hooks,
  },
  {
    name: 'what is raised is not starved by what is lowered',
    file: 'src/sync/claim.ts',
    line: ' and l.urgency = 2 order by',
    without: ' order by',
    tests: claims,
  },
  {
    name: 'zeros and lower figures go first',
    file: 'src/sync/claim.ts',
    line: 'order by l.urgency, l.attempt_after',
    without: 'order by l.attempt_after',
    tests: claims,
  },
];
