/** The fields that are read of the platform's answers. Whatever else comes is let pass. */
import { z } from 'zod';

export const envelope = z.object({
  data: z.unknown().optional(),
  // A list; below 200 it is at times a bare text.
  errors: z
    .union([
      z.array(z.object({ message: z.string().default(''), extensions: z.object({ code: z.string().optional() }).nullish() })),
      z.string(),
    ])
    .nullish()
    .transform((errors) => (typeof errors === 'string' ? [{ message: errors, extensions: null }] : (errors ?? []))),
  extensions: z
    .object({
      cost: z
        .object({
          requestedQueryCost: z.number().nullish(),
          throttleStatus: z
            .object({ maximumAvailable: z.number(), currentlyAvailable: z.number(), restoreRate: z.number().positive() })
            .optional(),
        })
        .optional(),
    })
    .nullish(),
});
export type Envelope = z.infer<typeof envelope>;
export type GraphqlError = Envelope['errors'][number];

const pageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() });
export const pageOf = <T extends z.ZodType>(node: T) => z.object({ nodes: z.array(node), pageInfo: pageInfo });

export const mediaNode = z.object({
  id: z.string(),
  alt: z.string().nullish(),
  image: z.object({ url: z.string(), width: z.number().nullish(), height: z.number().nullish() }).nullish(),
});

export const levelNode = z.object({
  location: z.object({ id: z.string() }),
  quantities: z.array(z.object({ name: z.string(), quantity: z.int() })),
});
export type LevelNode = z.infer<typeof levelNode>;

export const variantNode = z.object({
  id: z.string(),
  title: z.string(),
  sku: z.string().nullish(),
  barcode: z.string().nullish(),
  price: z.string(),
  compareAtPrice: z.string().nullish(),
  inventoryPolicy: z.enum(['DENY', 'CONTINUE']),
  selectedOptions: z.array(z.object({ name: z.string(), value: z.string() })),
  media: z.object({ nodes: z.array(z.object({ id: z.string() })) }).optional(),
  inventoryItem: z.object({
    id: z.string(),
    tracked: z.boolean(),
    unitCost: z.object({ amount: z.string(), currencyCode: z.string() }).nullish(),
    measurement: z.object({ weight: z.object({ value: z.number(), unit: z.string() }).nullish() }).nullish(),
    inventoryLevels: z.object({ nodes: z.array(levelNode) }).optional(),
  }),
});

export const productNode = z.object({
  id: z.string(),
  handle: z.string(),
  title: z.string(),
  descriptionHtml: z.string(),
  vendor: z.string(),
  productType: z.string(),
  tags: z.array(z.string()),
  // UNLISTED came with 2025-10: sold, but not shown in lists.
  status: z.enum(['ACTIVE', 'DRAFT', 'ARCHIVED', 'UNLISTED']),
  updatedAt: z.string(),
  isGiftCard: z.boolean(),
  onlineStoreUrl: z.string().nullish(),
  options: z.array(z.object({ name: z.string(), optionValues: z.array(z.object({ name: z.string() })) })),
});

export const fullProductNode = productNode.extend({ media: pageOf(mediaNode), variants: pageOf(variantNode) });

export type ProductNode = z.infer<typeof productNode>;
export type VariantNode = z.infer<typeof variantNode>;
export type MediaNode = z.infer<typeof mediaNode>;
export type FullProductNode = z.infer<typeof fullProductNode>;

export const userErrors = z.array(
  z.object({ field: z.array(z.string()).nullish(), message: z.string(), code: z.string().nullish() }),
);
export type UserError = z.infer<typeof userErrors>[number];

export const exportStatus = z.enum(['CREATED', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELING', 'CANCELED', 'EXPIRED']);

/** Counts have 64 bits and come as text. */
const bulkOperation = z.object({
  id: z.string(),
  status: exportStatus,
  errorCode: z.string().nullish(),
  objectCount: z.coerce.number(),
  rootObjectCount: z.coerce.number(),
  url: z.string().nullish(),
});
export type BulkOperation = z.infer<typeof bulkOperation>;

export const answers = {
  shop: z.object({
    shop: z.object({
      id: z.string(),
      name: z.string(),
      myshopifyDomain: z.string(),
      currencyCode: z.string(),
      ianaTimezone: z.string(),
    }),
    currentAppInstallation: z.object({ accessScopes: z.array(z.object({ handle: z.string() })) }),
  }),
  locations: z.object({
    locations: pageOf(z.object({ id: z.string(), name: z.string(), isActive: z.boolean(), fulfillsOnlineOrders: z.boolean() })),
  }),
  productsCount: z.object({ productsCount: z.object({ count: z.number() }).nullable() }),
  productsPage: z.object({ shop: z.object({ currencyCode: z.string() }), products: pageOf(fullProductNode) }),
  // An id of something else than a product comes back as that thing, of which only the id was asked for.
  productsByIds: z.object({
    shop: z.object({ currencyCode: z.string() }),
    nodes: z.array(z.union([fullProductNode, z.strictObject({ id: z.string() })]).nullable()),
  }),
  moreVariants: z.object({ product: z.object({ variants: pageOf(variantNode) }).nullable() }),
  moreMedia: z.object({ product: z.object({ media: pageOf(mediaNode) }).nullable() }),
  bulkRun: z.object({
    bulkOperationRunQuery: z.object({ bulkOperation: z.object({ id: z.string() }).nullable(), userErrors }).nullable(),
  }),
  bulkStatus: z.object({ bulkOperation: bulkOperation.nullable() }),
  currency: z.object({ shop: z.object({ currencyCode: z.string() }) }),
  allLevels: z.object({ nodes: z.array(z.object({ id: z.string(), inventoryLevels: pageOf(levelNode).optional() }).nullable()) }),
  moreLevels: z.object({ inventoryItem: z.object({ inventoryLevels: pageOf(levelNode) }).nullable() }),
  levelsAt: z.object({
    nodes: z.array(z.object({ id: z.string(), inventoryLevel: levelNode.pick({ quantities: true }).nullish() }).nullable()),
  }),
  prices: z.object({
    shop: z.object({ currencyCode: z.string() }),
    nodes: z.array(z.object({ id: z.string(), price: z.string().optional(), compareAtPrice: z.string().nullish() }).nullable()),
  }),
  setQuantities: z.object({ inventorySetQuantities: z.object({ userErrors }) }),
  updateVariants: z.object({ productVariantsBulkUpdate: z.object({ userErrors }) }),
  webhooks: z.object({ webhookSubscriptions: pageOf(z.object({ id: z.string(), topic: z.string(), uri: z.string() })) }),
  addWebhook: z.object({
    webhookSubscriptionCreate: z.object({
      webhookSubscription: z.object({ id: z.string(), topic: z.string(), uri: z.string() }).nullable(),
      userErrors,
    }),
  }),
  removeWebhook: z.object({ webhookSubscriptionDelete: z.object({ userErrors }) }),
  anything: z.unknown(),
};

export const tokenAnswer = z.object({
  access_token: z.string(),
  scope: z.string().default(''),
  expires_in: z.number().optional(),
  refresh_token: z.string().optional(),
  refresh_token_expires_in: z.number().optional(),
});

export const tokenError = z.object({ error: z.string().max(100), error_description: z.string().max(300).default('') });
