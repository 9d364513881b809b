import { useMutation } from '@tanstack/react-query';
import { Upload } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { ApiProblem } from '~/api.ts';
import { counted } from '~/parts/amounts.ts';
import { Button } from '~/parts/button.tsx';
import { Dialog } from '~/parts/dialog.tsx';
import { Problem } from '~/parts/problem.tsx';

interface CsvImportProps<T> {
  title: string;
  /** What the file must hold. */
  children: ReactNode;
  send: (file: File) => Promise<T>;
  /** What came of it, when the file was taken. */
  result: (answer: T) => ReactNode;
  onClose: () => void;
}

/** Takes a CSV file; a refused one shows every line that is wrong, and nothing of it was applied. */
export function CsvImport<T>({ title, children, send, result, onClose }: CsvImportProps<T>) {
  const [file, setFile] = useState<File | null>(null);
  const upload = useMutation({ mutationFn: send });
  const refused = upload.error instanceof ApiProblem && upload.error.code === 'file_rejected' ? upload.error : null;
  return (
    <Dialog
      title={title}
      onClose={onClose}
      wide={refused !== null}
      actions={
        upload.isSuccess ? (
          <Button look="main" onClick={onClose}>
            Done
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button
              look="main"
              icon={Upload}
              disabled={file === null}
              busy={upload.isPending}
              onClick={() => file !== null && upload.mutate(file)}
            >
              Import
            </Button>
          </>
        )
      }
    >
      {upload.isSuccess ? (
        <div role="status">{result(upload.data)}</div>
      ) : (
        <div className="space-y-4">
          <div className="text-muted">{children}</div>
          <label className="block">
            <span className="mb-1 block font-medium">CSV file</span>
            <input
              type="file"
              accept=".csv,text/csv"
              className="block w-full rounded-field border border-base-300 p-2 file:mr-3 file:rounded file:border-0 file:bg-base-200 file:px-3 file:py-1.5 file:text-base-content"
              onChange={(event) => {
                setFile(event.target.files?.[0] ?? null);
                upload.reset();
              }}
            />
          </label>
          {refused !== null ? <FileIssues problem={refused} /> : upload.error !== null && <Problem thrown={upload.error} />}
        </div>
      )}
    </Dialog>
  );
}

/** Every line of a refused file that is wrong. */
export function FileIssues({ problem }: { problem: ApiProblem }) {
  return (
    <div role="alert" className="rounded-box border border-error/40">
      <p className="border-b border-error/40 bg-error/5 px-3 py-2">
        <span className="font-medium">{counted(problem.issues.length, 'line')} cannot be taken; nothing was changed.</span>{' '}
        Correct the file and import it again.
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard (WCAG 2.1.1) */}
      <section className="max-h-72 overflow-y-auto" tabIndex={0} aria-label="What is wrong in the file">
        <table className="w-full">
          <caption className="sr-only">What is wrong in the file</caption>
          <tbody>
            {problem.issues.map((issue) => (
              <tr key={`${issue.path} ${issue.message}`} className="border-b border-base-300 last:border-0">
                <th scope="row" className="w-24 px-3 py-1.5 text-left align-top font-medium whitespace-nowrap tabular-nums">
                  {issue.path}
                </th>
                <td className="px-3 py-1.5">{issue.message}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}
