import { Link } from '@tanstack/react-router';
import { ListTodo } from 'lucide-react';
import type { Query } from '~/api.ts';
import type { SyncJob } from '~/api-model/activity.ts';
import { count } from '~/parts/amounts.ts';
import type { Column } from '~/parts/data-table/columns.ts';
import { DataTable } from '~/parts/data-table/data-table.tsx';
import { Empty } from '~/parts/empty.tsx';
import { Moment } from '~/parts/moment.tsx';
import { duration } from '~/parts/relative-time.ts';
import { useStores } from '~/parts/session.ts';
import { jobFaces, State } from '~/parts/state.tsx';
import { TwoLines } from '~/parts/two-lines.tsx';
import { useList } from '~/parts/use-list.ts';
import { JobActs } from '~/screens/activity/job-acts.tsx';
import { jobCause, jobKind } from '~/screens/activity/job-words.ts';
import { NoStore } from '~/screens/integrations/no-store.tsx';

const columns: Column<SyncJob>[] = [
  { id: 'kind', header: 'Job', meta: { width: '13rem', pinned: true }, cell: ({ row }) => <JobLink job={row.original} /> },
  { id: 'store', header: 'Store', meta: { width: '9rem' }, cell: ({ row }) => row.original.storeName ?? '–' },
  { id: 'cause', header: 'Why', meta: { width: '11rem', hidden: true }, cell: ({ row }) => jobCause(row.original) },
  {
    id: 'status',
    header: 'Status',
    meta: { width: '7.5rem' },
    cell: ({ row }) => <State face={jobFaces[row.original.status]} />,
  },
  { id: 'done', header: 'Done', meta: { width: '6rem', figures: true }, cell: ({ row }) => count(row.original.itemsProcessed) },
  { id: 'failed', header: 'Failed', meta: { width: '5.5rem', figures: true }, cell: ({ row }) => <Failed job={row.original} /> },
  { id: 'took', header: 'Took', meta: { width: '6.5rem', figures: true }, cell: ({ row }) => took(row.original) },
  {
    id: 'message',
    header: 'Said',
    cell: ({ row }) => <TwoLines>{row.original.errorMessage ?? ''}</TwoLines>,
  },
  {
    id: 'created',
    header: 'Started',
    meta: { width: '8rem', figures: true },
    cell: ({ row }) => <Moment at={row.original.startedAt ?? row.original.createdAt} />,
  },
  {
    id: 'acts',
    header: () => <span className="sr-only">Acts</span>,
    meta: { width: '8rem', name: 'Acts', figures: true },
    cell: ({ row }) => <JobActs job={row.original} />,
  },
];

export function Jobs({ filters, filtered }: { filters: Query; filtered: boolean }) {
  const list = useList<SyncJob>('sync-jobs', filters);
  return (
    <DataTable
      noun="job"
      list={list}
      columns={columns}
      rowId={(job) => job.id}
      card={(job) => <JobCard job={job} />}
      empty={<NoJobs filtered={filtered} />}
    />
  );
}

function NoJobs({ filtered }: { filtered: boolean }) {
  const { connected, loaded } = useStores();
  const belongs = 'Each time a store is read or something is sent to one, a line stands here.';
  if (!filtered && loaded && connected.length === 0) return <NoStore>{belongs}</NoStore>;
  return (
    <Empty icon={ListTodo} title={filtered ? 'No job fits' : 'Nothing has run yet'}>
      {filtered ? 'Clear a filter to see more.' : belongs}
    </Empty>
  );
}

const JobLink = ({ job }: { job: SyncJob }) => (
  <Link to="/activity" search={{ jobId: job.id }} data-row-action className="font-medium hover:underline" title="See its lines">
    {jobKind(job)}
  </Link>
);

const Failed = ({ job }: { job: SyncJob }) =>
  job.itemsFailed === 0 ? (
    <span className="text-muted">0</span>
  ) : (
    <Link to="/activity" search={{ jobId: job.id, level: 'error' }} className="link text-error" title="See why, line by line">
      {count(job.itemsFailed)}
    </Link>
  );

function took({ startedAt, completedAt }: SyncJob): string {
  return startedAt === null || completedAt === null ? '–' : duration(Date.parse(completedAt) - Date.parse(startedAt));
}

function JobCard({ job }: { job: SyncJob }) {
  return (
    <div className="flex items-start gap-3">
      <div className="min-w-0 flex-1 space-y-0.5">
        <JobLink job={job} />
        <p className="text-xs text-muted">
          {[job.storeName, jobCause(job)].filter(Boolean).join(' · ')} · <Moment at={job.startedAt ?? job.createdAt} />
        </p>
        <p className="flex gap-3 text-xs tabular-nums">
          <State face={jobFaces[job.status]} />
          <span>{count(job.itemsProcessed)} done</span>
          {job.itemsFailed > 0 && (
            <Link to="/activity" search={{ jobId: job.id, level: 'error' }} className="link text-error">
              {count(job.itemsFailed)} failed
            </Link>
          )}
        </p>
        {job.errorMessage !== null && <p className="text-xs">{job.errorMessage}</p>}
      </div>
      <JobActs job={job} />
    </div>
  );
}
