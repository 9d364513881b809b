/**
 * The documents about orders. Nothing of an order is bounded: a first look shows the few lines, shipments and refunds that
 * nearly every order has, and whatever fills its place is read to its end by the other documents. Fulfillments and refunds are
 * lists without pages, of which only the first so many can be had: their ids come first, then the things by id.
 */
import type { Document } from '#connectors/shopify/documents.ts';

/** An order in a first look takes some 130 of the 1,000 points that one call may take. */
export const ordersPerPage = 7;
/** Shipments and refunds of a first look; an order that has so many may have more. */
export const partsPerLook = 2;
/** By id, with twenty lines each. */
export const partsPerCall = 10;

const nextPage = 'pageInfo { hasNextPage endCursor }';
const amount = '{ shopMoney { amount } }';
const lineFields = `id sku title variantTitle quantity currentQuantity unfulfilledQuantity isGiftCard variant { id } product { id }
  originalUnitPriceSet ${amount} discountAllocations { allocatedAmountSet ${amount} }`;
const partLineFields = `lineItem { id } quantity`;
const fulfillmentFields = 'createdAt status displayStatus trackingInfo(first: 1) { company number url }';
const refundLineFields = `${partLineFields} restockType`;
const reverseLineFields = 'id totalQuantity fulfillmentLineItem { lineItem { id } } dispositions { type quantity }';
const reverseOrderFields = `id status lineItems(first: 10) { nodes { ${reverseLineFields} } ${nextPage} }`;
const personalFields = `email phone billingAddress { name phone }
  shippingAddress { name company address1 address2 city provinceCode zip countryCodeV2 phone }`;

const orderFields = `id name createdAt updatedAt cancelledAt cancelReason displayFinancialStatus displayFulfillmentStatus returnStatus
  currencyCode paymentGatewayNames note tags ... @include(if: $personal) { ${personalFields} }
  subtotalPriceSet ${amount} totalDiscountsSet ${amount} totalShippingPriceSet ${amount} totalTaxSet ${amount}
  totalPriceSet ${amount} totalRefundedSet ${amount}
  lineItems(first: 5) { nodes { ${lineFields} } ${nextPage} }
  fulfillments(first: ${partsPerLook}) { id ${fulfillmentFields} fulfillmentLineItems(first: 5) { nodes { ${partLineFields} } ${nextPage} } }
  refunds(first: ${partsPerLook}) { id refundLineItems(first: 5) { nodes { ${refundLineFields} } ${nextPage} } }
  fulfillmentOrders(first: 2) { nodes { id status assignedLocation { location { id } } } ${nextPage} }`;

const assignedFields = `lineItem { id } id remainingQuantity totalQuantity`;

export const orderDocuments = {
  ordersPage: {
    name: 'OrdersPage',
    text: `query OrdersPage($first: Int!, $after: String, $query: String, $personal: Boolean!) {
      orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) { ${nextPage} nodes { ${orderFields} } } }`,
  },
  ordersByIds: {
    name: 'OrdersByIds',
    text: `query OrdersByIds($ids: [ID!]!, $personal: Boolean!) { nodes(ids: $ids) { id ... on Order { ${orderFields} } } }`,
  },
  moreOrderLines: {
    name: 'MoreOrderLines',
    text: `query MoreOrderLines($id: ID!, $after: String) { order(id: $id) { id
      lineItems(first: 100, after: $after) { nodes { ${lineFields} } ${nextPage} } } }`,
  },
  orderParts: {
    name: 'OrderParts',
    text: `query OrderParts($id: ID!) { order(id: $id) { id fulfillments(first: 250) { id } refunds(first: 250) { id } } }`,
  },
  partsByIds: {
    name: 'PartsByIds',
    text: `query PartsByIds($ids: [ID!]!) { nodes(ids: $ids) { id
      ... on Fulfillment { ${fulfillmentFields} fulfillmentLineItems(first: 20) { nodes { ${partLineFields} } ${nextPage} } }
      ... on Refund { refundLineItems(first: 20) { nodes { ${refundLineFields} } ${nextPage} } } } }`,
  },
  morePartLines: {
    name: 'MorePartLines',
    text: `query MorePartLines($id: ID!, $after: String) { node(id: $id) { id
      ... on Fulfillment { fulfillmentLineItems(first: 200, after: $after) { nodes { ${partLineFields} } ${nextPage} } }
      ... on Refund { refundLineItems(first: 200, after: $after) { nodes { ${refundLineFields} } ${nextPage} } } } }`,
  },
  orderReturns: {
    name: 'OrderReturns',
    text: `query OrderReturns($id: ID!, $after: String) { order(id: $id) { id
      returns(first: 3, after: $after) { nodes { id status refunds(first: 5) { nodes { id } ${nextPage} }
        reverseFulfillmentOrders(first: 2) { nodes { ${reverseOrderFields} } ${nextPage} } } ${nextPage} } } }`,
  },
  moreReturnRefunds: {
    name: 'MoreReturnRefunds',
    text: `query MoreReturnRefunds($id: ID!, $after: String) { node(id: $id) { id
      ... on Return { refunds(first: 100, after: $after) { nodes { id } ${nextPage} } } } }`,
  },
  moreReverseOrders: {
    name: 'MoreReverseOrders',
    text: `query MoreReverseOrders($id: ID!, $after: String) { node(id: $id) { id
      ... on Return { reverseFulfillmentOrders(first: 10, after: $after) { nodes { ${reverseOrderFields} } ${nextPage} } } } }`,
  },
  moreReverseLines: {
    name: 'MoreReverseLines',
    text: `query MoreReverseLines($id: ID!, $after: String) { node(id: $id) { id
      ... on ReverseFulfillmentOrder { lineItems(first: 100, after: $after) { nodes { ${reverseLineFields} } ${nextPage} } } } }`,
  },
  fulfillmentOrders: {
    name: 'FulfillmentOrders',
    text: `query FulfillmentOrders($id: ID!, $after: String) { order(id: $id) { id
      fulfillmentOrders(first: 5, after: $after) { nodes { id status supportedActions { action } assignedLocation { location { id } }
        lineItems(first: 40) { nodes { ${assignedFields} } ${nextPage} } } ${nextPage} } } }`,
  },
  moreAssignedLines: {
    name: 'MoreAssignedLines',
    text: `query MoreAssignedLines($id: ID!, $after: String) { fulfillmentOrder(id: $id) { id
      lineItems(first: 200, after: $after) { nodes { ${assignedFields} } ${nextPage} } } }`,
  },
  ship: {
    name: 'Ship',
    text: `mutation Ship($fulfillment: FulfillmentInput!) { fulfillmentCreate(fulfillment: $fulfillment) {
      fulfillment { id status } userErrors { field message } } }`,
  },
} as const satisfies Record<string, Document>;
