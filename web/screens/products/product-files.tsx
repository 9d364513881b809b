import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Upload } from 'lucide-react';
import { useState } from 'react';
import { api, withQuery } from '~/api.ts';
import type { SyncJob } from '~/api-model/activity.ts';
import { counted } from '~/parts/amounts.ts';
import { Button } from '~/parts/button.tsx';
import { CsvImport } from '~/parts/csv-import.tsx';
import { DownloadLink } from '~/parts/download-link.tsx';
import { JobBar, useJob } from '~/parts/job-bar.tsx';
import { useRights } from '~/parts/session.ts';
import { jobFaces, State } from '~/parts/state.tsx';

export function ProductFiles() {
  const rights = useRights();
  const client = useQueryClient();
  const [importing, setImporting] = useState(false);
  const send = async (file: File) => {
    const job = await api.postCsv<SyncJob>(withQuery('/api/products/import.csv', { file: file.name }), file);
    await client.invalidateQueries({ queryKey: ['sync-jobs'] });
    return job;
  };
  return (
    <>
      <DownloadLink path="/api/products/export.csv" query={{}} label="Export CSV" />
      {rights.write && (
        <Button compact icon={Upload} onClick={() => setImporting(true)}>
          Import CSV
        </Button>
      )}
      {importing && (
        <CsvImport
          title="Import products"
          send={send}
          onClose={() => setImporting(false)}
          result={(job) => <ImportEnd begun={job} />}
        >
          The product columns that online shops export: Handle, Title, Option1 Value, Variant SKU, Variant Price and so on. The
          exported file of this page has them all. Nothing is deleted because it is missing in the file. A file that would change
          more of a store than its brake allows waits for your approval.
        </CsvImport>
      )}
    </>
  );
}

/** What becomes of a file that was taken: under way, imported, held by the brake, or failed. */
function ImportEnd({ begun }: { begun: SyncJob }) {
  const job = useJob(begun.id).data ?? begun;
  const { id, status, itemsProcessed, errorMessage } = job;
  return (
    <div className="space-y-2">
      {status === 'running' ? (
        <>
          <p>The file is read and being applied. You can leave this; it goes on.</p>
          <JobBar job={job} label="Importing" />
        </>
      ) : (
        <p className="flex items-start gap-3">
          <State face={jobFaces[status]} className="shrink-0 font-medium" />
          <span className="min-w-0 wrap-anywhere">{errorMessage ?? `${counted(itemsProcessed, 'product')} read.`}</span>
        </p>
      )}
      {status === 'held' ? (
        <Link to="/activity" className="link">
          Look at it under Activity, and decide
        </Link>
      ) : (
        <Link to="/activity" search={status === 'running' ? { tab: 'jobs' } : { jobId: id }} className="link">
          {status === 'running' ? 'Watch its progress' : 'See its lines'}
        </Link>
      )}
    </div>
  );
}
