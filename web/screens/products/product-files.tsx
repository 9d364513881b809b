import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Upload } from 'lucide-react';
import { useState } from 'react';
import { api, withQuery } from '~/api.ts';
import type { SyncJob } from '~/api-model/activity.ts';
import { Button } from '~/parts/button.tsx';
import { CsvImport } from '~/parts/csv-import.tsx';
import { DownloadLink } from '~/parts/download-link.tsx';
import { useRights } from '~/parts/session.ts';
import { Switch } from '~/parts/switch.tsx';

export function ProductFiles() {
  const rights = useRights();
  const client = useQueryClient();
  const [importing, setImporting] = useState(false);
  const [approved, setApproved] = useState(false);
  const send = async (file: Blob) => {
    const job = await api.postCsv<SyncJob>(withQuery('/api/products/import.csv', approved ? { approve: true } : {}), file);
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
          options={
            <Switch
              label="Also when it changes many listings"
              help="Otherwise a file that changes more listings on your stores than the brake allows is stopped, and nothing of it is applied."
              checked={approved}
              onChange={setApproved}
            />
          }
          onClose={() => setImporting(false)}
          result={(job) => (
            <p>
              The file is read and being applied.{' '}
              <Link to="/activity" search={{ tab: 'jobs', jobId: job.id }} className="link">
                Watch its progress
              </Link>
            </p>
          )}
        >
          The product columns that online shops export: Handle, Title, Option1 Value, Variant SKU, Variant Price and so on. The
          exported file of this page has them all. Nothing is deleted because it is missing in the file.
        </CsvImport>
      )}
    </>
  );
}
