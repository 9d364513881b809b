import { Download } from 'lucide-react';
import { type Query, withQuery } from '~/api.ts';

/** CSV of exactly what is shown: the same filters go along. */
export function DownloadLink({ path, query, label = 'Export CSV' }: { path: string; query: Query; label?: string }) {
  return (
    <a
      href={withQuery(path, query)}
      download
      className="btn h-9 min-h-9 border-base-300 bg-base-100 px-3 hover:bg-base-200"
      title={label}
    >
      <Download className="size-4" aria-hidden />
      <span className="max-md:sr-only">{label}</span>
    </a>
  );
}
