/** What the API answers about figures that were found changed on a store. See api-model.ts. */
import type { Page } from '~/api-model.ts';

export type DriftDecision = 'put_back' | 'take_over';

export interface Drift {
  id: string;
  storeId: string;
  listingId: string;
  variantId: string;
  title: string;
  variantTitle: string;
  sku: string;
  imageUrl: string | null;
  field: 'quantity' | 'price';
  /** Of a price; '' of a quantity. */
  currency: string;
  expected: string;
  found: string;
  cause: 'edited' | 'ignored' | 'ours' | 'missed_order' | 'too_many';
  state: 'seen' | 'waiting' | 'put_back' | 'taken_over' | 'explained';
  seenAt: string;
  settledAt: string | null;
  /** Null when the store's own setting has settled it. */
  settledBy: string | null;
  canDecide: boolean;
}

export interface DriftPage extends Page<Drift> {
  /** How many wait for a person, whatever the filter. */
  waiting: number;
}

export interface Decided {
  decided: number;
  failed: { id: string; problem: string }[];
}
