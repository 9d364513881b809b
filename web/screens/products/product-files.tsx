import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Upload } from 'lucide-react';
import { useState } from 'react';
import { api, type Query } from '~/api.ts';
import type { SyncJob } from '~/api-model.ts';
import { Button } from '~/parts/button.tsx';
import { CsvImport } from '~/parts/csv-import.tsx';
import { DownloadLink } from '~/parts/download-link.tsx';
import { useRights } from '~/parts/session.ts';

export function ProductFiles({ query }: { query: Query }) {
  const rights = useRights();
  const client = useQueryClient();
  const [importing, setImporting] = useState(false);
  const send = async (file: Blob) => {
    const job = await api.postCsv<SyncJob>('/api/products/import.csv', file);
    await client.invalidateQueries({ queryKey: ['sync-jobs'] });
    return job;
  };
  return (
    <>
      <DownloadLink path="/api/products/export.csv" query={query} />
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
