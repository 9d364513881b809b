/** webhookSubscriptions and the three mutations on them. */

import { refuseIdempotency } from '#connectors/shopify/sandbox/idempotency.ts';
import { gid } from '#connectors/shopify/sandbox/ids.ts';
import { type PageArguments, pageOf } from '#connectors/shopify/sandbox/paging.ts';
import type { FieldResolver, RequestContext, Resolvers, UserError } from '#connectors/shopify/sandbox/request-context.ts';
import { countOf } from '#connectors/shopify/sandbox/resolve-queries.ts';
import type { Subscription } from '#connectors/shopify/sandbox/webhooks-out.ts';

interface SubscriptionInput {
  uri?: string | null;
  callbackUrl?: string | null;
  format?: string | null;
  filter?: string | null;
  includeFields?: string[] | null;
  metafieldNamespaces?: string[] | null;
  name?: string | null;
}

const refused = (field: string[], message: string) => ({ webhookSubscription: null, userErrors: [{ field, message }] });

const create: FieldResolver = (_: unknown, args: { topic: string; webhookSubscription: SubscriptionInput }, { shop }, info) => {
  refuseIdempotency(info);
  const input = args.webhookSubscription;
  const uri = input.uri ?? input.callbackUrl ?? '';
  const problem = addressProblem(uri) ?? inputProblem(input);
  if (problem !== null) return refused(problem.field ?? [], problem.message);
  for (const other of shop.webhooks.subscriptions.values()) {
    if (other.topic === args.topic && other.uri === uri)
      return refused(['webhookSubscription', 'callbackUrl'], 'Address for this topic has already been taken');
  }
  const now = shop.clock.nowToTheSecond();
  const subscription: Subscription = {
    id: shop.state.ids.take(),
    topic: args.topic,
    uri,
    format: input.format ?? 'JSON',
    name: input.name ?? null,
    includeFields: input.includeFields ?? [],
    metafieldNamespaces: input.metafieldNamespaces ?? [],
    createdAt: now,
    updatedAt: now,
  };
  shop.webhooks.subscriptions.set(subscription.id, subscription);
  return { webhookSubscription: subscription, userErrors: [] };
};

const update: FieldResolver = (_: unknown, args: { id: string; webhookSubscription: SubscriptionInput }, { shop }, info) => {
  refuseIdempotency(info);
  const found = shop.webhooks.find(args.id);
  if (found === null) return refused(['id'], 'Webhook subscription does not exist');
  const input = args.webhookSubscription;
  const uri = input.uri ?? input.callbackUrl ?? found.uri;
  const problem = addressProblem(uri) ?? inputProblem(input);
  if (problem !== null) return refused(problem.field ?? [], problem.message);
  Object.assign(found, {
    uri,
    format: input.format ?? found.format,
    name: input.name === undefined ? found.name : input.name,
    includeFields: input.includeFields ?? found.includeFields,
    metafieldNamespaces: input.metafieldNamespaces ?? found.metafieldNamespaces,
    updatedAt: shop.clock.nowToTheSecond(),
  });
  return { webhookSubscription: found, userErrors: [] };
};

const remove: FieldResolver = (_: unknown, args: { id: string }, { shop }, info) => {
  refuseIdempotency(info);
  const found = shop.webhooks.find(args.id);
  if (found === null)
    return {
      deletedWebhookSubscriptionId: null,
      userErrors: [{ field: ['id'], message: 'Webhook subscription does not exist' }],
    };
  shop.webhooks.subscriptions.delete(found.id);
  return { deletedWebhookSubscriptionId: gid('WebhookSubscription', found.id), userErrors: [] };
};

/** https, as on the platform; plain http to this machine alone, where a hub under test listens. */
function addressProblem(uri: string): UserError | null {
  const field = ['webhookSubscription', 'callbackUrl'];
  if (uri === '') return { field, message: "Address can't be blank" };
  if (!URL.canParse(uri)) return { field, message: 'Address is invalid' };
  const { protocol, hostname, hash } = new URL(uri);
  if (protocol === 'pubsub:' || protocol === 'arn:')
    return { field, message: 'This practice shop delivers to https addresses only' };
  const local = ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
  if (protocol !== 'https:' && !(protocol === 'http:' && local))
    return { field, message: 'Address protocol http:// is not supported' };
  return hash === '' ? null : { field, message: 'Address is invalid' };
}

/** What the platform could do but this shop cannot is refused, never ignored. */
function inputProblem(input: SubscriptionInput): UserError | null {
  if (input.filter != null && input.filter !== '')
    return { field: ['webhookSubscription', 'filter'], message: 'This practice shop does not filter webhooks' };
  if (input.format === 'XML') return { field: ['webhookSubscription', 'format'], message: 'This practice shop sends JSON only' };
  return null;
}

interface ListArguments extends PageArguments {
  topics?: string[] | null;
  uri?: string | null;
  callbackUrl?: string | null;
  format?: string | null;
}

const list = (_: unknown, args: ListArguments, { shop, bulk }: RequestContext) => {
  const uri = args.uri ?? args.callbackUrl;
  const rows = [...shop.webhooks.subscriptions.values()].filter(
    (one) =>
      (args.topics == null || args.topics.includes(one.topic)) &&
      (uri == null || one.uri === uri) &&
      (args.format == null || one.format === args.format),
  );
  // Ids ascend with the moment of creation.
  return pageOf(rows, { name: 'CREATED_AT', valueOf: () => 0 }, args, bulk);
};

export const webhookResolvers: Resolvers = {
  QueryRoot: {
    webhookSubscription: (_: unknown, args: { id: string }, { shop }: RequestContext) => shop.webhooks.find(args.id),
    webhookSubscriptions: list,
    webhookSubscriptionsCount: (_: unknown, args: { limit: number | null }, { shop }: RequestContext) =>
      countOf(shop.webhooks.subscriptions.size, args.limit),
  },
  Mutation: { webhookSubscriptionCreate: create, webhookSubscriptionUpdate: update, webhookSubscriptionDelete: remove },
  WebhookSubscription: {
    apiVersion: (_: unknown, __: unknown, { shop }: RequestContext) => ({
      handle: shop.identity.apiVersion,
      displayName: shop.identity.apiVersion,
      supported: true,
    }),
    callbackUrl: (one: Subscription) => one.uri,
    filter: () => null,
    id: (one: Subscription) => gid('WebhookSubscription', one.id),
    legacyResourceId: (one: Subscription) => one.id,
  },
};
