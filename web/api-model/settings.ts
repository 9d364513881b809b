/** What the API answers about an organization's settings and people. See api-model.ts. */
import type { Role } from '~/api-model.ts';

export interface Member {
  id: string;
  role: Role;
  createdAt: string;
  user: { id: string; name: string; email: string };
}

/** A link by which somebody joins; whoever knows its id and the address may. */
export interface Invitation {
  id: string;
  email: string;
  role: Role;
  status: string;
  expiresAt: string;
}

export type KeyScope = 'read' | 'write' | 'admin';

export interface ApiKey {
  id: string;
  name: string;
  /** Its first characters, to tell keys apart. */
  start: string;
  scope: KeyScope;
  createdAt: string;
  lastUsedAt: string | null;
  expiresAt: string | null;
}

/** 1 unit of `base` is `rate` units of `quote`. */
export interface ExchangeRate {
  base: string;
  quote: string;
  rate: string;
  statedAt: string;
}

/** One listing under the rules of now, and under other ones. */
export interface RuleChange {
  listingId: string;
  storeId: string;
  productTitle: string;
  variantTitle: string;
  sku: string;
  currency: string;
  /** `reason` is a code: why nothing would be sent. */
  price: { before: string | null; after: string | null; reason: string | null };
  quantity: { before: number | null; after: number | null };
}

export interface RulePreview {
  listings: number;
  computed: number;
  repriced: number;
  recounted: number;
  zeroed: number;
  largest: RuleChange[];
  examples: RuleChange[];
  rates: { base: string; quote: string; rate: string; statedAt: string }[];
}

export interface FirstSteps {
  storeConnected: boolean;
  linkConfirmed: boolean;
  priceChanged: boolean;
}
