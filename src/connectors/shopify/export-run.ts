/** Exports are started, watched until they end, and cancelled when they are no longer wanted. */
import { messageOf } from '#base/errors.ts';
import type { PullRequest, Session } from '#connectors/connector.ts';
import { PlatformUnavailable, Refused } from '#connectors/errors.ts';
import { ask } from '#connectors/shopify/client.ts';
import { documents, exportQueries } from '#connectors/shopify/documents.ts';
import { exportBusyCodes } from '#connectors/shopify/refusals.ts';
import { answers, type BulkOperation } from '#connectors/shopify/schema.ts';
import { wait } from '#connectors/shopify/wait.ts';

const firstPollSeconds = 0.5;
const longestPollSeconds = 5;
/** The platform lets an export run ten days; by then a pull would tell the past. */
const runSecondsAtMost = 3600;
/** Five exports of an app may run at once on a shop; those of a pull that was cut off may still be among them. */
const startSecondsAtMost = 120;
const startAgainSeconds = 5;

export interface ExportFile {
  /** Null when there is nothing in it. */
  url: string | null;
  rootObjectCount: number;
}

/** Runs all exports side by side. Throws what went wrong with the first that failed, after cancelling the others. */
export async function runExports(
  session: Session,
  request: PullRequest,
): Promise<Record<keyof typeof exportQueries, ExportFile>> {
  const running: string[] = [];
  const start = async (query: string) => {
    const id = await startExport(session, request, query);
    running.push(id);
    return id;
  };
  try {
    const products = await start(exportQueries.products);
    const levels = await start(exportQueries.levels);
    const variantImages = await start(exportQueries.variantImages);
    return {
      products: await ended(session, request, products),
      levels: await ended(session, request, levels),
      variantImages: await ended(session, request, variantImages),
    };
  } catch (thrown) {
    for (const id of running) await cancel(session, request, id);
    throw thrown;
  }
}

async function startExport(session: Session, request: PullRequest, query: string): Promise<string> {
  for (let waitedSeconds = 0; ; waitedSeconds += startAgainSeconds) {
    const { bulkOperationRunQuery: started } = await ask(session, documents.bulkRun, { query }, answers.bulkRun);
    if (started?.bulkOperation) return started.bulkOperation.id;
    const errors = started?.userErrors ?? [];
    const detail = errors.map((error) => error.message).join('; ');
    const busy = errors.some((error) => exportBusyCodes.includes(error.code ?? ''));
    if (!busy) throw new Refused({ code: 'export_refused', parameters: { detail } });
    if (waitedSeconds >= startSecondsAtMost) throw new Refused({ code: 'export_busy', parameters: { detail } });
    request.log('other exports of this shop are running; waiting for one to end', { detail });
    await wait(startAgainSeconds, session.signal);
  }
}

async function ended(session: Session, request: PullRequest, id: string): Promise<ExportFile> {
  let pollSeconds = firstPollSeconds;
  let objects = -1;
  for (let waitedSeconds = 0; waitedSeconds < runSecondsAtMost; waitedSeconds += pollSeconds) {
    const { bulkOperation: operation } = await ask(session, documents.bulkStatus, { id }, answers.bulkStatus);
    if (operation === null) throw new PlatformUnavailable('The export has vanished', { mayHaveApplied: false });
    if (operation.status === 'COMPLETED') return { url: operation.url ?? null, rootObjectCount: operation.rootObjectCount };
    if (operation.status !== 'CREATED' && operation.status !== 'RUNNING') throw failureOf(operation);
    if (operation.objectCount !== objects)
      request.log('waiting for an export', { status: operation.status, objects: operation.objectCount });
    objects = operation.objectCount;
    await wait(pollSeconds, session.signal);
    pollSeconds = Math.min(longestPollSeconds, pollSeconds * 1.25);
  }
  throw new PlatformUnavailable(`The export took longer than ${runSecondsAtMost} s`, { mayHaveApplied: false });
}

/** A failed export's file is partial and is not taken: what it lacks would read as deleted. */
function failureOf({ status, errorCode }: BulkOperation): Error {
  const answer = { code: errorCode ?? status };
  if (errorCode === 'ACCESS_DENIED') {
    return new Refused({ code: 'scope_missing', parameters: { detail: 'The export was denied.' }, answer });
  }
  const why = errorCode ? ` (${errorCode})` : '';
  return new PlatformUnavailable(`The export ended as ${status}${why}; it is started anew with the next pull`, {
    mayHaveApplied: false,
    answer,
  });
}

/** At best: an export that cannot be cancelled ends by itself, and one that has ended refuses to be. */
async function cancel(session: Session, request: PullRequest, id: string): Promise<void> {
  try {
    await ask(session, documents.bulkCancel, { id }, answers.anything);
  } catch (thrown) {
    request.log('an export could not be cancelled', { id, cause: messageOf(thrown) });
  }
}
