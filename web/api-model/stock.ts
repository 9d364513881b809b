/** What the API answers about stock and the places that hold it. See api-model.ts. */

export interface InventoryItem {
  variantId: string;
  productId: string;
  productTitle: string;
  variantTitle: string;
  sku: string;
  locationId: string;
  onHand: number;
  reserved: number;
  available: number;
  reorderPoint: number;
  reorderQuantity: number;
  /** False: nobody counts it, and no store is told a quantity. */
  tracked: boolean;
  updatedAt: string;
}

export interface InventoryTransaction {
  id: string;
  locationId: string;
  type: string;
  delta: number;
  reservedDelta: number;
  documentKind: string | null;
  documentId: string | null;
  orderNumber: string | null;
  /** The order's store, or the store from which the figure was taken. */
  storeName: string | null;
  /** Whether it belongs to a document that can be, or was, taken back. */
  document: 'posted' | 'undone' | null;
  note: string | null;
  createdBy: string | null;
  who: string | null;
  createdAt: string;
}

/** A line of the ledger of all stock. */
export interface NamedTransaction extends InventoryTransaction {
  variantId: string;
  productTitle: string;
  variantTitle: string;
  sku: string;
}

export interface Location {
  id: string;
  name: string;
  address: Record<string, string>;
  isDefault: boolean;
  isActive: boolean;
  /** The lower, the earlier it is taken from. */
  priority: number;
  /** The store that counts it; null: StoreSync does. */
  ownerStoreId: string | null;
}

export interface LocationFigures {
  variants: number;
  onHand: number;
  reserved: number;
}

export interface Reservation {
  orderId: string;
  orderNumber: string;
  storeName: string;
  placedAt: string;
  locationId: string;
  units: number;
}

export interface Hold {
  id: string;
  listingId: string;
  storeName: string;
  units: number;
  reason: 'unexplained_drop' | 'locked_by_platform';
  until: string;
}

export interface StockClaims {
  reservations: Reservation[];
  /** By all orders, those beyond the list included. */
  reservedUnits: number;
  reservedOrders: number;
  holds: Hold[];
}

export interface PostedStock {
  documentId: string | null;
}

export interface StockDifference {
  variantId: string;
  sku: string;
  title: string;
  /** On hand when the count began. */
  booked: number;
  movedSince: number;
  counted: number;
  difference: number;
}

export interface StockDifferences {
  documentId: string | null;
  counted: number;
  differing: number;
  /** Those that differ, or the first of very many. */
  items: StockDifference[];
}
