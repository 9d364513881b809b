/**
 * Bulk queries: run in the background in small slices over the live shop, written as JSONL, served from an address of the
 * shop that needs no token and works for 7 days. Five at a time.
 * States: CREATED -> RUNNING -> COMPLETED | FAILED | CANCELING -> CANCELED. Source: the BulkOperation types of the schema.
 */
import { randomBytes } from 'node:crypto';
import { type ExecutionResult, execute, type GraphQLSchema } from 'graphql';
import { messageOf } from '#base/errors.ts';
import { type BulkQuery, nodesKey } from '#connectors/shopify/sandbox/bulk-query.ts';
import { writeLines } from '#connectors/shopify/sandbox/bulk-rows.ts';
import type { Faults } from '#connectors/shopify/sandbox/faults.ts';
import { gid, type IdSource, idOf } from '#connectors/shopify/sandbox/ids.ts';
import type { RequestContext } from '#connectors/shopify/sandbox/request-context.ts';
import type { ShopClock } from '#connectors/shopify/sandbox/shop-clock.ts';

export const concurrentLimit = 5;
const resultSeconds = 7 * 86_400;
const sliceRows = 100;
/** A `server_error` fault with this match makes a running operation fail half way, leaving partial data. */
export const runOperationName = 'bulk_operation_run';

export interface BulkOperation {
  id: string;
  status: 'CREATED' | 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELING' | 'CANCELED';
  errorCode: 'ACCESS_DENIED' | 'INTERNAL_SERVER_ERROR' | null;
  query: string;
  createdAt: number;
  completedAt: number | null;
  objectCount: number;
  rootObjectCount: number;
  chunks: string[];
  fileSize: number;
  /** Path segment of the result; unguessable. */
  file: string;
}

export interface BulkJob {
  schema: GraphQLSchema;
  /** As the client sent it. */
  text: string;
  query: BulkQuery;
  grouped: boolean;
}

export interface BulkOptions {
  clock: ShopClock;
  ids: IdSource;
  faults: Faults;
  baseUrl: string;
  finished(operation: BulkOperation): void;
}

export class BulkOperations {
  readonly #operations = new Map<string, BulkOperation>();
  readonly #options: BulkOptions;
  #closed = false;

  constructor(options: BulkOptions) {
    this.#options = options;
  }

  find(globalId: string): BulkOperation | null {
    return this.#operations.get(idOf('BulkOperation', globalId) ?? '') ?? null;
  }

  all(): BulkOperation[] {
    return [...this.#operations.values()];
  }

  underWay(): number {
    return this.all().filter((operation) => ['CREATED', 'RUNNING', 'CANCELING'].includes(operation.status)).length;
  }

  start(job: BulkJob, context: RequestContext): BulkOperation {
    const operation: BulkOperation = {
      id: this.#options.ids.take(),
      status: 'CREATED',
      errorCode: null,
      query: job.text,
      createdAt: this.#options.clock.nowToTheSecond(),
      completedAt: null,
      objectCount: 0,
      rootObjectCount: 0,
      chunks: [],
      fileSize: 0,
      file: randomBytes(16).toString('hex'),
    };
    this.#operations.set(operation.id, operation);
    const own: RequestContext = { shop: context.shop, scopes: context.scopes, bulk: true, onAnswered: [] };
    setImmediate(() => {
      void this.#run(operation, job, own);
    });
    return operation;
  }

  cancel(operation: BulkOperation): boolean {
    if (operation.status !== 'CREATED' && operation.status !== 'RUNNING') return false;
    operation.status = 'CANCELING';
    return true;
  }

  /** Address of the whole result; null while there is none, when it is empty, and after its 7 days. */
  url(operation: BulkOperation): string | null {
    return operation.status === 'COMPLETED' ? this.#address(operation) : null;
  }

  partialUrl(operation: BulkOperation): string | null {
    return operation.status === 'FAILED' || operation.status === 'CANCELED' ? this.#address(operation) : null;
  }

  #address(operation: BulkOperation): string | null {
    return operation.fileSize === 0 || this.#expired(operation)
      ? null
      : `${this.#options.baseUrl}/practice-files/bulk/${operation.file}.jsonl`;
  }

  /** The stored file, streamed; as a storage service answers. */
  serve(path: string): Response {
    const operation = this.all().find((one) => path === `/practice-files/bulk/${one.file}.jsonl`);
    if (operation === undefined || operation.completedAt === null || this.#expired(operation))
      return new Response('<Error><Code>AccessDenied</Code></Error>', { status: 403 });
    const encoder = new TextEncoder();
    let next = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        const chunk = operation.chunks[next];
        next += 1;
        if (chunk === undefined) controller.close();
        else controller.enqueue(encoder.encode(chunk));
      },
    });
    return new Response(body, { headers: { 'Content-Type': 'application/jsonl', 'Content-Length': String(operation.fileSize) } });
  }

  close(): void {
    this.#closed = true;
  }

  #expired(operation: BulkOperation): boolean {
    return operation.completedAt !== null && this.#options.clock.now() > operation.completedAt + resultSeconds * 1000;
  }

  async #run(operation: BulkOperation, job: BulkJob, context: RequestContext): Promise<void> {
    try {
      if (operation.status === 'CREATED') operation.status = 'RUNNING';
      const fails = this.#options.faults.take(['server_error'], [runOperationName], true) !== null;
      let after: string | null = null;
      do {
        const page = await this.#slice(operation, job, context, after);
        if (page === null) break;
        after = page.hasNextPage ? page.endCursor : null;
        if (fails) throw new Error('a fault was asked for');
        await new Promise(setImmediate);
      } while (after !== null && operation.status === 'RUNNING' && !this.#closed);
      if (operation.status === 'RUNNING') operation.status = 'COMPLETED';
      if (operation.status === 'CANCELING') operation.status = 'CANCELED';
    } catch (thrown) {
      operation.status = 'FAILED';
      operation.errorCode = messageOf(thrown).startsWith('Access denied') ? 'ACCESS_DENIED' : 'INTERNAL_SERVER_ERROR';
    }
    operation.completedAt = this.#options.clock.nowToTheSecond();
    if (!this.#closed) this.#options.finished(operation);
  }

  async #slice(operation: BulkOperation, { schema, query, grouped }: BulkJob, context: RequestContext, after: string | null) {
    if (operation.status === 'CANCELING') return null;
    const variableValues = { bulkFirst: sliceRows, bulkAfter: after };
    const result: ExecutionResult = await execute({ schema, document: query.slice, contextValue: context, variableValues });
    const [error] = result.errors ?? [];
    if (error !== undefined) throw error;
    const page = result.data?.[query.rootKey] as {
      [nodesKey]: unknown[];
      pageInfo: { endCursor: string | null; hasNextPage: boolean };
    };
    const lines = writeLines(page[nodesKey], grouped);
    const text = lines.levels.map((level) => `${level.join('\n')}\n`).join('');
    operation.chunks.push(text);
    operation.fileSize += Buffer.byteLength(text);
    operation.objectCount += lines.count;
    operation.rootObjectCount += page[nodesKey].length;
    return page.pageInfo;
  }
}

export const bulkGid = (operation: BulkOperation): string => gid('BulkOperation', operation.id);
