/** How a job is told. */
import type { SyncJob } from '~/api-model/activity.ts';
import { count } from '~/parts/amounts.ts';
import { duration } from '~/parts/relative-time.ts';

const kinds: Record<SyncJob['jobType'], string> = {
  pull: 'Reading goods',
  push: 'Sending prices and stock',
  reconcile: 'Comparing and repairing',
  import: 'Importing a file',
  export: 'Writing a file',
  link: 'Linking',
  recompute: 'Working out prices and stock',
};
const causes: Record<string, string> = {
  webhook: 'notified by the platform',
  schedule: 'on schedule',
  person: 'by hand',
  api: 'through the API',
  link: 'after linking',
  connect: 'after connecting',
  import: 'by a file',
  approval: 'after it was approved',
};

export const jobKind = ({ jobType }: Pick<SyncJob, 'jobType'>): string => kinds[jobType] ?? jobType;
export const jobCause = ({ cause }: Pick<SyncJob, 'cause'>): string => causes[cause] ?? cause.replaceAll('_', ' ');

/** "1,240 of 5,000, 62 per second, 1 min 1 s left"; only what is known. */
export function jobPace(job: Pick<SyncJob, 'itemsProcessed' | 'itemsTotal' | 'startedAt'>, now: number): string {
  const done =
    job.itemsTotal > 0 ? `${count(job.itemsProcessed)} of ${count(job.itemsTotal)}` : `${count(job.itemsProcessed)} so far`;
  if (job.startedAt === null || job.itemsProcessed === 0) return done;
  const seconds = Math.max(1, (now - Date.parse(job.startedAt)) / 1000);
  const perSecond = job.itemsProcessed / seconds;
  const rate =
    perSecond >= 1
      ? `${count(Math.round(perSecond))} per second`
      : `${count(Math.max(1, Math.round(perSecond * 60)))} per minute`;
  const left = job.itemsTotal - job.itemsProcessed;
  return left > 0 ? `${done}, ${rate}, ${duration((left / perSecond) * 1000)} left` : `${done}, ${rate}`;
}
