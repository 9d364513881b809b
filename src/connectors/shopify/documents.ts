/**
 * Every GraphQL document that is sent. Costs are the platform's static ones (an object 1, a connection its page size, a
 * mutation 10), kept under the 1,000 points that one query may take.
 * https://shopify.dev/docs/api/usage/limits
 */
export interface Document {
  name: string;
  text: string;
  /** Points to reserve; the answer says what was really taken. */
  cost: number;
}

const variantFields = `id title sku barcode price compareAtPrice inventoryPolicy selectedOptions { name value }
  media(first: 1) { nodes { id } }
  inventoryItem { id tracked unitCost { amount currencyCode } measurement { weight { value unit } }
    inventoryLevels(first: 5) { nodes { location { id } quantities(names: ["available"]) { name quantity } } } }`;

const imageFields = `id alt ... on MediaImage { image { url width height } }`;

const productFields = `id handle title descriptionHtml vendor productType tags status updatedAt isGiftCard onlineStoreUrl options { name optionValues { name } }`;

export const documents = {
  shop: {
    name: 'Shop',
    cost: 5,
    text: `query Shop { shop { id name myshopifyDomain currencyCode ianaTimezone } currentAppInstallation { id accessScopes { handle } } }`,
  },
  locations: {
    name: 'Locations',
    cost: 55,
    text: `query Locations($after: String) { locations(first: 50, after: $after, includeInactive: true) { nodes { id name isActive fulfillsOnlineOrders } pageInfo { hasNextPage endCursor } } }`,
  },
  productsCount: { name: 'ProductsCount', cost: 2, text: `query ProductsCount($query: String) { productsCount(query: $query, limit: null) { count } }` },
  productsPage: {
    name: 'ProductsPage',
    cost: 900,
    text: `query ProductsPage($first: Int!, $after: String, $query: String) { shop { currencyCode }
      products(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) { pageInfo { hasNextPage endCursor }
        nodes { ${productFields} media(first: 5) { nodes { ${imageFields} } pageInfo { hasNextPage endCursor } }
          variants(first: 5) { nodes { ${variantFields} } pageInfo { hasNextPage endCursor } } } } }`,
  },
  productsByIds: {
    name: 'ProductsByIds',
    cost: 900,
    text: `query ProductsByIds($ids: [ID!]!) { shop { currencyCode } nodes(ids: $ids) { id ... on Product { ${productFields}
      media(first: 5) { nodes { ${imageFields} } pageInfo { hasNextPage endCursor } }
      variants(first: 5) { nodes { ${variantFields} } pageInfo { hasNextPage endCursor } } } } }`,
  },
  moreVariants: {
    name: 'MoreVariants',
    cost: 900,
    text: `query MoreVariants($id: ID!, $after: String) { product(id: $id) { id variants(first: 30, after: $after) { nodes { ${variantFields} } pageInfo { hasNextPage endCursor } } } }`,
  },
  moreMedia: {
    name: 'MoreMedia',
    cost: 300,
    text: `query MoreMedia($id: ID!, $after: String) { product(id: $id) { id media(first: 100, after: $after) { nodes { ${imageFields} } pageInfo { hasNextPage endCursor } } } }`,
  },
  bulkRun: {
    name: 'BulkRun',
    cost: 10,
    text: `mutation BulkRun($query: String!) { bulkOperationRunQuery(query: $query, groupObjects: false) { bulkOperation { id status } userErrors { field message code } } }`,
  },
  bulkStatus: {
    name: 'BulkStatus',
    cost: 1,
    text: `query BulkStatus($id: ID!) { bulkOperation(id: $id) { id status errorCode objectCount rootObjectCount url partialDataUrl } }`,
  },
  bulkCancel: { name: 'BulkCancel', cost: 10, text: `mutation BulkCancel($id: ID!) { bulkOperationCancel(id: $id) { bulkOperation { id status } userErrors { field message } } }` },
  levels: {
    name: 'Levels',
    cost: 500,
    text: `query Levels($ids: [ID!]!, $first: Int!) { nodes(ids: $ids) { id ... on InventoryItem { inventoryLevels(first: $first) { nodes { location { id } quantities(names: ["available"]) { name quantity } } } } } }`,
  },
  prices: {
    name: 'Prices',
    cost: 60,
    text: `query Prices($ids: [ID!]!) { shop { currencyCode } nodes(ids: $ids) { id ... on ProductVariant { price compareAtPrice } } }`,
  },
  setQuantities: {
    name: 'SetQuantities',
    cost: 60,
    text: `mutation SetQuantities($input: InventorySetQuantitiesInput!, $key: String!) { inventorySetQuantities(input: $input) @idempotent(key: $key) {
      inventoryAdjustmentGroup { id } userErrors { field message code } } }`,
  },
  updateVariants: {
    name: 'UpdateVariants',
    cost: 60,
    text: `mutation UpdateVariants($productId: ID!, $variants: [ProductVariantsBulkInput!]!) { productVariantsBulkUpdate(productId: $productId, variants: $variants, allowPartialUpdates: true) {
      productVariants { id } userErrors { field message code } } }`,
  },
  webhooks: {
    name: 'Webhooks',
    cost: 105,
    text: `query Webhooks($after: String) { webhookSubscriptions(first: 100, after: $after) { nodes { id topic uri } pageInfo { hasNextPage endCursor } } }`,
  },
  addWebhook: {
    name: 'AddWebhook',
    cost: 10,
    text: `mutation AddWebhook($topic: WebhookSubscriptionTopic!, $webhook: WebhookSubscriptionInput!) { webhookSubscriptionCreate(topic: $topic, webhookSubscription: $webhook) {
      webhookSubscription { id topic uri } userErrors { field message } } }`,
  },
  removeWebhook: {
    name: 'RemoveWebhook',
    cost: 10,
    text: `mutation RemoveWebhook($id: ID!) { webhookSubscriptionDelete(id: $id) { deletedWebhookSubscriptionId userErrors { field message } } }`,
  },
} as const satisfies Record<string, Document>;

/** What an export runs: at least one connection, at most five, nested at most two deep. */
export const bulkCatalogQuery = `{ products { edges { node { ${productFields}
  media { edges { node { ${imageFields} } } }
  variants { edges { node { id title sku barcode price compareAtPrice inventoryPolicy selectedOptions { name value }
    inventoryItem { id tracked unitCost { amount currencyCode } measurement { weight { value unit } } } } } } } } } }`;

/** Levels have an export of their own: under products they would be nested too deep. */
export const bulkLevelsQuery = `{ inventoryItems { edges { node { id inventoryLevels { edges { node { id location { id } quantities(names: ["available"]) { name quantity } } } } } } } }`;
