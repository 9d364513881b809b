import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '~/api.ts';
import type { SyncJob } from '~/api-model/activity.ts';
import type { Page } from '~/api-model.ts';
import { JobBar } from '~/parts/job-bar.tsx';
import { jobFaces, State } from '~/parts/state.tsx';
import { JobActs } from '~/screens/activity/job-acts.tsx';
import { jobCause, jobKind, jobPace } from '~/screens/activity/job-words.ts';

const noJobs: SyncJob[] = [];

/** What is under way now, with how far it is. Absent when nothing is. */
export function RunningJobs({ storeId }: { storeId: string | undefined }) {
  const { data } = useQuery({
    queryKey: ['sync-jobs', 'open', storeId ?? 'all'],
    queryFn: async ({ signal }) => {
      const of = (status: string) => api.get<Page<SyncJob>>('/api/sync-jobs', { status, storeId, limit: 20 }, signal);
      const [running, queued] = await Promise.all([of('running'), of('queued')]);
      // An import whose process died counts as running still, and is shown as failed.
      return [...running.items, ...queued.items].filter(({ status }) => status !== 'failed');
    },
    refetchInterval: ({ state }) => (state.data !== undefined && state.data.length > 0 ? 2_000 : 15_000),
  });
  const jobs = data ?? noJobs;
  if (jobs.length === 0) return null;
  return (
    <section aria-label="Under way" className="max-h-64 shrink-0 overflow-y-auto border-b border-base-300 bg-base-100">
      {jobs.map((job) => (
        <RunningJob key={job.id} job={job} />
      ))}
    </section>
  );
}

function RunningJob({ job }: { job: SyncJob }) {
  const now = useSeconds();
  const label = `${jobKind(job)}${job.storeName === null ? '' : `, ${job.storeName}`}`;
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5 border-b border-base-300 px-4 py-2.5 last:border-0">
      <div className="min-w-52 flex-1">
        <p className="font-medium">{label}</p>
        <p className="text-xs text-muted">
          {jobCause(job)}
          {job.itemsFailed > 0 && <span className="text-error">, {job.itemsFailed} failed</span>}
        </p>
      </div>
      {job.status === 'running' ? (
        <div className="min-w-56 flex-1">
          <JobBar job={job} label={label} />
          <p className="text-xs text-muted tabular-nums">{jobPace(job, now)}</p>
        </div>
      ) : (
        <State face={jobFaces[job.status]} />
      )}
      <JobActs job={job} />
    </div>
  );
}

/** The present, each second: for rates and time left. */
function useSeconds(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
