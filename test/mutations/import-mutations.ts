/** Rules of imports that wait: see mutations.ts. */
import type { Mutation } from './mutation.ts';

const file = 'src/sync/held-imports.ts';
const tests = ['test/held-imports.db.test.ts'];

export const importMutations: readonly Mutation[] = [
  {
    name: 'held import: a newer file of its name takes its place',
    file,
    line: 'summary } of former)',
    without: 'summary } of former.slice(0, 0))',
    tests,
  },
  {
    name: 'held import: of one name one waits, also where two come at once',
    file,
    line: `await tx.execute(sql\`select pg_advisory_xact_lock(hashtextextended(\${\`import \${tx.organizationId} \${file}\`}, 0))\`);`,
    without: '',
    tests,
  },
  {
    name: 'held import: those that come at once do not wait beyond the bound',
    file,
    line: `await tx.execute(sql\`select pg_advisory_xact_lock(hashtextextended(\${\`held imports \${tx.organizationId}\`}, 0))\`);`,
    without: '',
    tests,
  },
  {
    name: 'held import: so many wait at most, and so much',
    file,
    line: 'if (kept.files < heldFilesAtMost && kept.pieces + pieces <= heldPiecesAtMost) return;',
    without: 'if (kept.files + pieces > 0) return;',
    tests,
  },
  {
    name: 'held import: one job applies it',
    file,
    line: 'if (until !== null && until > now) throw underWay(Math.ceil((until.getTime() - now.getTime()) / 1000));',
    without: '',
    tests,
  },
  {
    name: 'held import: what is decided is not decided again',
    file,
    line: 'assertPending(found);',
    without: '',
    tests,
  },
  {
    name: 'held import: nobody decides while it is applied',
    file: 'src/sync/keep-import.ts',
    line: 'else ({ id } = await lockHeldImport(tx, heldId, now, jobId));',
    without: 'else id = heldId;',
    tests,
  },
  {
    name: 'held import: nobody waits for the one that is being applied',
    file,
    line: 'jobId === null ? { skipLocked: true } : {}',
    without: '{}',
    tests,
  },
  {
    name: 'held import: its job waits for whoever holds it for a moment',
    file,
    line: 'jobId === null ? { skipLocked: true } : {}',
    without: '{ skipLocked: true }',
    tests,
  },
  {
    name: 'held import: its file goes when it waits no longer',
    file,
    line: 'await dropHeldFile(tx, id);',
    without: '',
    tests,
  },
  {
    name: 'an import that was cancelled changes nothing',
    file: 'src/sync/import-jobs.ts',
    line: ' and cancel_requested_at is null`',
    without: '`',
    tests: ['src/http/routes/csv-files.db.test.ts', 'src/http/routes/held-imports.db.test.ts'],
  },
];
