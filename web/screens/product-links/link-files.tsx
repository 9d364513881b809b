import { useQueryClient } from '@tanstack/react-query';
import { Upload } from 'lucide-react';
import { useState } from 'react';
import { api, type Query } from '~/api.ts';
import { count } from '~/parts/amounts.ts';
import { Button } from '~/parts/button.tsx';
import { CsvImport } from '~/parts/csv-import.tsx';
import { DownloadLink } from '~/parts/download-link.tsx';
import { useRights } from '~/parts/session.ts';
import { refreshListings } from '~/screens/product-links/use-listing-change.ts';

interface Imported {
  linked: number;
  unlinked: number;
  ignored: number;
  unchanged: number;
}

/** Links as a file, out and in. */
export function LinkFiles({ query }: { query: Query }) {
  const rights = useRights();
  const client = useQueryClient();
  const [importing, setImporting] = useState(false);
  const send = async (file: Blob) => {
    const answer = await api.postCsv<Imported>('/api/listings/import.csv', file);
    await refreshListings(client);
    return answer;
  };
  return (
    <>
      <DownloadLink path="/api/listings/export.csv" query={query} />
      {rights.write && (
        <Button compact icon={Upload} onClick={() => setImporting(true)}>
          Import CSV
        </Button>
      )}
      {importing && (
        <CsvImport
          title="Import links"
          send={send}
          onClose={() => setImporting(false)}
          result={(answer) => <Result answer={answer} />}
        >
          The file that this page exports, with its columns filled in: one line per listing. Either the whole file is taken or
          nothing of it; lines that are wrong are listed.
        </CsvImport>
      )}
    </>
  );
}

function Result({ answer }: { answer: Imported }) {
  const rows = [
    ['Linked', answer.linked],
    ['Unlinked', answer.unlinked],
    ['Ignored', answer.ignored],
    ['As before', answer.unchanged],
  ] as const;
  return (
    <table className="w-full">
      <caption className="pb-2 text-left font-medium">The file is taken.</caption>
      <tbody>
        {rows.map(([label, value]) => (
          <tr key={label} className="border-t border-base-300">
            <th scope="row" className="py-1.5 text-left font-normal">
              {label}
            </th>
            <td className="figures">{count(value)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
