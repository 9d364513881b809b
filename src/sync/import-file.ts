/** A product CSV is imported so that it can be undone; one that meets the brake is kept until somebody has decided. */
import { AppError } from '#base/errors.ts';
import { ImportHeld } from '#listings/catalog-file/import-brake.ts';
import { type ImportOptions, type ImportReport, importCatalog } from '#listings/catalog-file/import-catalog.ts';
import type { Actor } from '#organizations/actor.ts';
import type { Hub } from '#stores/hub.ts';
import { holdImport } from '#sync/held-imports.ts';
import { keepImport } from '#sync/keep-import.ts';

export interface FileImport extends Omit<ImportOptions, 'keeper'> {
  /** The name that the file was brought in by. */
  file: string;
  /** The change-set as which it has waited, where it has. */
  heldId?: string;
}

/** Throws 'brake_pending' with the change-set that waits now; nothing was imported then. Its job has ended with it. */
export async function importFile(
  hub: Hub,
  actor: Actor,
  path: string,
  { file, heldId, ...options }: FileImport,
): Promise<ImportReport> {
  const { jobId } = options;
  const keeper = keepImport(hub, actor, { file, heldId, jobId });
  try {
    return await importCatalog(hub, actor, path, { ...options, keeper });
  } catch (thrown) {
    if (!(thrown instanceof ImportHeld)) throw thrown;
    const message = await holdImport(hub, actor, { path, file, held: thrown, jobId });
    throw new AppError(thrown.code, thrown.message, { issues: [{ path: 'changeSetId', message }] });
  }
}
