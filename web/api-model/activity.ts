/** What the API answers about what happened: jobs, the stream, notifications, changes that wait. See api-model.ts. */
import type { RulePreview } from '~/api-model/settings.ts';

export type JobStatus = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'held';

export interface SyncJob {
  id: string;
  storeId: string | null;
  storeName: string | null;
  jobType: 'pull' | 'push' | 'reconcile' | 'import' | 'export' | 'link' | 'recompute';
  status: JobStatus;
  cause: string;
  itemsTotal: number;
  itemsProcessed: number;
  itemsFailed: number;
  errorCode: string | null;
  errorMessage: string | null;
  cancelRequested: boolean;
  /** Of an import: the change-set as which it was held, or that it applies. */
  changeSetId: string | null;
  /** It has ended, and the same work can be started again. */
  canRetry: boolean;
  startedAt: string | null;
  completedAt: string | null;
  createdAt: string;
}

export interface SyncLog {
  id: string;
  level: 'info' | 'warning' | 'error';
  event: string;
  message: string;
  details: Record<string, unknown> | null;
  storeId: string | null;
  listingId: string | null;
  /** Of the listing that it tells of. */
  productTitle: string | null;
  variantTitle: string | null;
  syncJobId: string | null;
  createdAt: string;
}

export interface WebhookEvent {
  id: string;
  storeId: string | null;
  topic: string;
  deliveryId: string | null;
  occurredAt: string | null;
  processedAt: string | null;
  errorMessage: string | null;
  duplicates: number;
  createdAt: string;
}

export interface WebhookEventDetail extends WebhookEvent {
  payload: unknown;
}

/** A bulk change that the brake holds until somebody decides. */
export interface ChangeSet {
  id: string;
  storeId: string | null;
  cause: string;
  summary: {
    listings?: number;
    repriced?: number;
    recounted?: number;
    zeroed?: number;
    /** Of an adoption: how many of them had been taken over within the hour before the rest was held. */
    zeroedBefore?: number;
    repricedBefore?: number;
    /** Of an import: the file's name, and the stores whose brake it has met. */
    file?: string;
    products?: number;
    stores?: string[];
  };
  /** What is asked for, by its cause; `jobId` of an import: what applies it since it was approved, or has failed to. */
  change: Record<string, unknown>;
  /** It was approved, and its file is being imported: it waits for nobody. */
  importing: boolean;
  createdAt: string;
}

/** The newest of these, and how many there are in all. */
export interface ChangeSetList<One> {
  items: One[];
  total: number;
}

/** A bulk change that was applied, and can be undone once. */
export interface AppliedChangeSet extends Omit<ChangeSet, 'summary' | 'importing'> {
  summary: ChangeSet['summary'] & { linked?: number };
  decidedAt: string | null;
  undoneAt: string | null;
}

/** `since`: when the figures were worked out; null: now. */
export interface ChangePreview extends RulePreview {
  since: string | null;
}

export interface UndoPreview {
  /** Why it cannot be undone any more. */
  problem: string | null;
  rules: RulePreview | null;
  rows: {
    restorable: number;
    counts: number;
    touchedSince: number;
    examples: { title: string; sku: string; priceBefore: string | null; priceNow: string | null }[];
  } | null;
}

export interface Change {
  kind: 'store' | 'listing' | 'product' | 'job' | 'log' | 'inventory' | 'order' | 'drift' | 'view';
  ids: string[];
  storeId?: string;
}
