/**
 * A whole catalog by an export: started, waited for, and its JSONL read line by line. A child names its parent by
 * `__parentId` and need not follow it, so products are gathered until the file ends or, while children do follow their
 * parents, until later products have begun: then whole products are handed on and memory stays bounded. A child that comes
 * for a product handed on already makes that product come once more, whole, by its id: correct in any order.
 *
 * Levels come from an export of their own, which runs at the same time and is read first.
 * https://shopify.dev/docs/api/usage/bulk-operations/queries
 */
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PullPage, PullRequest, RemoteLevel, RemoteProduct, Session } from '#connectors/connector.ts';
import { MalformedResponse, PlatformUnavailable, Refused } from '#connectors/errors.ts';
import { ask } from '#connectors/shopify/client.ts';
import { bulkCatalogQuery, bulkLevelsQuery, documents } from '#connectors/shopify/documents.ts';
import { answers, levelNode, mediaNode, type MediaNode, productNode, type ProductNode, variantNode, type VariantNode } from '#connectors/shopify/schema.ts';
import { availableOf, toProduct } from '#connectors/shopify/translate.ts';

const pollSeconds = 0.5;
const waitSecondsAtMost = 3600;
/** Products held back so that their late children still find them. */
const heldBack = 50;
const pageSize = 50;

/** Returns the products whose children came too late: they are to be read again. */
export async function* pullByExport(session: Session, request: PullRequest, currency: string, total: number): AsyncGenerator<PullPage, string[]> {
  const [levelsUrl, url] = await Promise.all([runExport(session, request, bulkLevelsQuery), runExport(session, request, bulkCatalogQuery)]);
  if (url === null) return [];
  const levels = await readLevels(session, levelsUrl);
  const gathered = new Map<string, { node: ProductNode; variants: VariantNode[]; media: MediaNode[] }>();
  const late = new Set<string>();
  const page = (count: number): PullPage => {
    const ready = [...gathered.values()].slice(0, count);
    for (const { node } of ready) gathered.delete(node.id);
    const products = ready.map(({ node, variants, media }) => toProduct(node, variants, media, currency));
    return { products: products.map((product) => withLevels(product, levels)), deletedProductIds: [], totalProducts: total };
  };
  for await (const line of linesOf(session, url)) {
    const row = parseLine(line);
    if (row.parent === null) {
      const node = check(productNode, row.value, line);
      gathered.set(node.id, { node, variants: [], media: [] });
      if (gathered.size > heldBack + pageSize) yield page(pageSize);
    } else {
      const parent = gathered.get(row.parent);
      if (parent === undefined) late.add(row.parent);
      else if (row.id.includes('/ProductVariant/')) parent.variants.push(check(variantNode, row.value, line));
      else parent.media.push(check(mediaNode, row.value, line));
    }
  }
  while (gathered.size > 0) yield page(pageSize);
  return [...late];
}

/** Returns the address of the file; null when there is nothing in it. */
async function runExport(session: Session, request: PullRequest, query: string): Promise<string | null> {
  const started = await ask(session, documents.bulkRun, { query }, answers.bulkRun);
  const { bulkOperation, userErrors } = started.bulkOperationRunQuery;
  if (bulkOperation === null) {
    throw new Refused({ code: 'export_refused', parameters: { detail: userErrors.map((error) => error.message).join('; ') } });
  }
  for (let waited = 0; waited < waitSecondsAtMost; waited += pollSeconds) {
    const { bulkOperation: state } = await ask(session, documents.bulkStatus, { id: bulkOperation.id }, answers.bulkStatus);
    if (state?.status === 'COMPLETED') return state.url ?? null;
    if (state === null || ['FAILED', 'CANCELED', 'CANCELING', 'EXPIRED'].includes(state.status)) {
      throw new PlatformUnavailable(`The export ended as ${state?.status ?? 'unknown'} (${state?.errorCode ?? 'no code'})`, { mayHaveApplied: false });
    }
    request.log('waiting for the export', { objects: state.rootObjectCount, status: state.status });
    await sleep(pollSeconds * 1000, undefined, session.signal === undefined ? {} : { signal: session.signal });
  }
  await ask(session, documents.bulkCancel, { id: bulkOperation.id }, answers.anything);
  throw new PlatformUnavailable(`The export took longer than ${waitSecondsAtMost} s and was cancelled`, { mayHaveApplied: false });
}

async function* linesOf(session: Session, url: string): AsyncGenerator<string> {
  const bytes = await session.http.stream({ method: 'GET', url, bucket: 'files', cost: 1, timeoutSeconds: 300 });
  const lines = createInterface({ input: Readable.from(bytes), crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) if (line !== '') yield line;
}

function parseLine(line: string): { id: string; parent: string | null; value: Record<string, unknown> } {
  try {
    const value = JSON.parse(line) as Record<string, unknown>;
    return { id: String(value['id']), parent: typeof value['__parentId'] === 'string' ? value['__parentId'] : null, value };
  } catch (cause) {
    throw new MalformedResponse('A line of the export is not JSON: the file is cut off', { body: line.slice(0, 500) }, cause);
  }
}

function check<T>(shape: { safeParse(value: unknown): { success: true; data: T } | { success: false; error: { issues: { message: string; path: PropertyKey[] }[] } } }, value: unknown, line: string): T {
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new MalformedResponse(`A line of the export: ${parsed.error.issues[0]?.path.join('.')} ${parsed.error.issues[0]?.message}`, { body: line.slice(0, 500) });
}

/** Of each stock item the available units by location: some forty bytes a level. */
async function readLevels(session: Session, url: string | null): Promise<Map<string, RemoteLevel[]>> {
  const levels = new Map<string, RemoteLevel[]>();
  if (url === null) return levels;
  for await (const line of linesOf(session, url)) {
    const row = parseLine(line);
    if (row.parent === null) continue;
    const level = check(levelNode, row.value, line);
    const available = availableOf(level.quantities);
    if (available === null) continue;
    const known = levels.get(row.parent);
    if (known === undefined) levels.set(row.parent, [{ locationId: level.location.id, available }]);
    else known.push({ locationId: level.location.id, available });
  }
  return levels;
}

function withLevels(product: RemoteProduct, levels: ReadonlyMap<string, RemoteLevel[]>): RemoteProduct {
  return { ...product, listings: product.listings.map((listing) => ({ ...listing, levels: levels.get(listing.inventoryId ?? '') ?? [] })) };
}
