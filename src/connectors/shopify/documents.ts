import { orderDocuments } from '#connectors/shopify/orders/order-documents.ts';

/** Every GraphQL document that is sent, with the page sizes that keep each under the points that one call may take. */
export interface Document {
  name: string;
  text: string;
}

/** Locations per item in a first look; most shops have one or two. An item that fills it is asked about more closely. */
export const levelsPerItem = 3;
/** A product with its first variants takes some 95 points. */
export const productsPerPage = 8;
/** Ids of a closer look at items with many levels. */
export const itemsPerCloserLook = 4;

const nextPage = 'pageInfo { hasNextPage endCursor }';
const levelFields = 'location { id } quantities(names: ["available"]) { name quantity }';
const imageFields = 'id alt ... on MediaImage { image { url width height } }';
const productFields =
  'id handle title descriptionHtml vendor productType tags status updatedAt isGiftCard onlineStoreUrl options { name optionValues { name } }';
const plainVariantFields = 'id title sku barcode price compareAtPrice inventoryPolicy selectedOptions { name value }';
const itemFields = 'id tracked unitCost { amount currencyCode } measurement { weight { value unit } }';
const variantFields = `${plainVariantFields} media(first: 1) { nodes { id } }
  inventoryItem { ${itemFields} inventoryLevels(first: ${levelsPerItem}) { nodes { ${levelFields} } } }`;
const wholeProductFields = `${productFields}
  media(first: 5) { nodes { ${imageFields} } ${nextPage} }
  variants(first: 5) { nodes { ${variantFields} } ${nextPage} }`;

export const documents = {
  shop: {
    name: 'Shop',
    text: `query Shop { shop { id name myshopifyDomain currencyCode ianaTimezone } currentAppInstallation { id accessScopes { handle } } }`,
  },
  currency: { name: 'Currency', text: `query Currency { shop { currencyCode } }` },
  locations: {
    name: 'Locations',
    text: `query Locations($after: String) { locations(first: 50, after: $after, includeInactive: true) {
      nodes { id name isActive fulfillsOnlineOrders } ${nextPage} } }`,
  },
  productsCount: {
    name: 'ProductsCount',
    text: `query ProductsCount($query: String) { productsCount(query: $query, limit: null) { count } }`,
  },
  productsPage: {
    name: 'ProductsPage',
    text: `query ProductsPage($first: Int!, $after: String, $query: String) { shop { currencyCode }
      products(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) { ${nextPage} nodes { ${wholeProductFields} } } }`,
  },
  productsByIds: {
    name: 'ProductsByIds',
    text: `query ProductsByIds($ids: [ID!]!) { shop { currencyCode } nodes(ids: $ids) { id ... on Product { ${wholeProductFields} } } }`,
  },
  moreVariants: {
    name: 'MoreVariants',
    text: `query MoreVariants($id: ID!, $after: String) { product(id: $id) { id
      variants(first: 40, after: $after) { nodes { ${variantFields} } ${nextPage} } } }`,
  },
  moreMedia: {
    name: 'MoreMedia',
    text: `query MoreMedia($id: ID!, $after: String) { product(id: $id) { id
      media(first: 100, after: $after) { nodes { ${imageFields} } ${nextPage} } } }`,
  },
  allLevels: {
    name: 'AllLevels',
    text: `query AllLevels($ids: [ID!]!) { nodes(ids: $ids) { id ... on InventoryItem {
      inventoryLevels(first: 50) { nodes { ${levelFields} } ${nextPage} } } } }`,
  },
  moreLevels: {
    name: 'MoreLevels',
    text: `query MoreLevels($id: ID!, $after: String) { inventoryItem(id: $id) { id
      inventoryLevels(first: 200, after: $after) { nodes { ${levelFields} } ${nextPage} } } }`,
  },
  levelsAt: {
    name: 'LevelsAt',
    text: `query LevelsAt($ids: [ID!]!, $location: ID!) { nodes(ids: $ids) { id ... on InventoryItem {
      inventoryLevel(locationId: $location) { quantities(names: ["available"]) { name quantity } } } } }`,
  },
  prices: {
    name: 'Prices',
    text: `query Prices($ids: [ID!]!) { shop { currencyCode } nodes(ids: $ids) { id ... on ProductVariant { price compareAtPrice } } }`,
  },
  bulkRun: {
    name: 'BulkRun',
    text: `mutation BulkRun($query: String!) { bulkOperationRunQuery(query: $query, groupObjects: false) {
      bulkOperation { id status } userErrors { field message code } } }`,
  },
  bulkStatus: {
    name: 'BulkStatus',
    text: `query BulkStatus($id: ID!) { bulkOperation(id: $id) { id status errorCode objectCount rootObjectCount url } }`,
  },
  bulkCancel: {
    name: 'BulkCancel',
    text: `mutation BulkCancel($id: ID!) { bulkOperationCancel(id: $id) { bulkOperation { id status } userErrors { field message } } }`,
  },
  setQuantities: {
    name: 'SetQuantities',
    text: `mutation SetQuantities($input: InventorySetQuantitiesInput!, $key: String!) {
      inventorySetQuantities(input: $input) @idempotent(key: $key) { userErrors { field message code } } }`,
  },
  updateVariants: {
    name: 'UpdateVariants',
    text: `mutation UpdateVariants($productId: ID!, $variants: [ProductVariantsBulkInput!]!) {
      productVariantsBulkUpdate(productId: $productId, variants: $variants, allowPartialUpdates: true) {
        userErrors { field message code } } }`,
  },
  webhooks: {
    name: 'Webhooks',
    text: `query Webhooks($after: String) { webhookSubscriptions(first: 100, after: $after) { nodes { id topic uri } ${nextPage} } }`,
  },
  addWebhook: {
    name: 'AddWebhook',
    text: `mutation AddWebhook($topic: WebhookSubscriptionTopic!, $webhook: WebhookSubscriptionInput!) {
      webhookSubscriptionCreate(topic: $topic, webhookSubscription: $webhook) {
        webhookSubscription { id topic uri } userErrors { field message } } }`,
  },
  removeWebhook: {
    name: 'RemoveWebhook',
    text: `mutation RemoveWebhook($id: ID!) { webhookSubscriptionDelete(id: $id) {
      deletedWebhookSubscriptionId userErrors { field message } } }`,
  },
  ...orderDocuments,
} as const satisfies Record<string, Document>;

/**
 * What exports run: at least one connection, at most five, nested at most two deep. Levels and the images of variants have
 * exports of their own, for under products and their variants they would be nested deeper.
 */
export const exportQueries = {
  products: `{ products { edges { node { ${productFields}
    media { edges { node { ${imageFields} } } }
    variants { edges { node { ${plainVariantFields} inventoryItem { ${itemFields} } } } } } } } }`,
  levels: `{ inventoryItems { edges { node { id inventoryLevels { edges { node { id ${levelFields} } } } } } } }`,
  variantImages: `{ productVariants { edges { node { id media { edges { node { id } } } } } } }`,
} as const;
