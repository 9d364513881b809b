import type { GraphQLResolveInfo } from 'graphql';
import { GraphQLError } from 'graphql';
import type { BulkOperations } from '#connectors/shopify/sandbox/bulk.ts';
import type { IdempotentAnswers } from '#connectors/shopify/sandbox/idempotency.ts';
import type { OrderBook } from '#connectors/shopify/sandbox/orders/order-book.ts';
import type { ShopClock } from '#connectors/shopify/sandbox/shop-clock.ts';
import type { ShopIdentity, ShopState } from '#connectors/shopify/sandbox/shop-state.ts';
import type { WebhookSender } from '#connectors/shopify/sandbox/webhooks-out.ts';

/** Everything of one practice shop that an operation may touch. */
export interface ShopRooms {
  identity: ShopIdentity;
  clock: ShopClock;
  state: ShopState;
  orders: OrderBook;
  webhooks: WebhookSender;
  bulk: BulkOperations;
  idempotency: IdempotentAnswers;
  /** The app was approved for protected customer data. */
  personalFields: boolean;
}

export interface RequestContext {
  shop: ShopRooms;
  scopes: ReadonlySet<string>;
  /** Connections inside a bulk query need no page size and give everything. */
  bulk: boolean;
  /** Work that ends only when the answer has left: an idempotency key counts as "in progress" until then. */
  onAnswered: (() => void)[];
}

/** `never` lets each resolver name its own source and arguments: the schema guarantees them. */
export type FieldResolver = (source: never, args: never, context: RequestContext, info: GraphQLResolveInfo) => unknown;
export type Resolvers = Readonly<Record<string, Readonly<Record<string, FieldResolver>>>>;

export interface UserError {
  field: string[] | null;
  message: string;
  code?: string;
}

/** A refusal at the top level of the answer, in the platform's shape. */
export function requestError(message: string, code: string, more: Record<string, unknown> = {}): GraphQLError {
  return new GraphQLError(message, { extensions: { code, ...more } });
}
