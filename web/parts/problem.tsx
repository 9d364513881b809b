import { Link, useRouter } from '@tanstack/react-router';
import { CircleX, RotateCw } from 'lucide-react';
import { problemFrom } from '~/api.ts';
import { Button } from '~/parts/button.tsx';
import { CopyButton } from '~/parts/copy-button.tsx';

/** What happened, what to do, and the id under which the server's log knows it. */
export function Problem({ thrown, onRetry, reading = false }: { thrown: unknown; onRetry?: () => void; reading?: boolean }) {
  const problem = problemFrom(thrown);
  return (
    <div role="alert" className="rounded-box border border-error/40 bg-error/5 p-4">
      <div className="flex items-start gap-3">
        <CircleX className="mt-0.5 size-4 shrink-0 text-error" aria-hidden />
        <div className="min-w-0 flex-1 space-y-1">
          <p className="font-medium">{problem.title}</p>
          <p>{problem.message}</p>
          {problem.code === 'brake_pending' && (
            <Link to="/activity" className="link">
              See it under Activity
            </Link>
          )}
          {problem.code !== 'brake_pending' && problem.issues.length > 0 && (
            <ul className="list-inside list-disc text-xs">
              {problem.issues.slice(0, 20).map((issue) => (
                <li key={`${issue.path} ${issue.message}`}>
                  {issue.path}: {issue.message}
                </li>
              ))}
            </ul>
          )}
          {reading && <p className="text-muted">Nothing was changed and nothing is lost.</p>}
          {problem.requestId !== null && (
            <p className="flex flex-wrap items-center gap-x-1 text-xs text-muted">
              <span className="shrink-0">Request id</span> <code className="break-all">{problem.requestId}</code>
              <CopyButton text={problem.requestId} label="Copy the request id" />
            </p>
          )}
        </div>
        {onRetry !== undefined && (
          <Button small icon={RotateCw} onClick={onRetry}>
            Try again
          </Button>
        )}
      </div>
    </div>
  );
}

/** A whole page that could not be shown. */
export function PageProblem({ error }: { error: unknown }) {
  const router = useRouter();
  return (
    <main className="mx-auto max-w-xl p-6">
      <Problem thrown={error} reading onRetry={() => void router.invalidate()} />
    </main>
  );
}
