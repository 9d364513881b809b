/**
 * Reading the catalog: the search lists ids and statuses, the detail of each product has the rest. Whether a change of price or
 * stock alone moves a product's update_time is not documented, so an incremental pull is for the catalog; levels and prices
 * have readings of their own.
 */
import type { z } from 'zod';
import type { PullPage, PullRequest, RemoteProduct, Session } from '#connectors/connector.ts';
import { MalformedResponse, Refused } from '#connectors/errors.ts';
import { call } from '#connectors/tiktok_shop/client.ts';
import { inLanes } from '#connectors/tiktok_shop/in-lanes.ts';
import { operations } from '#connectors/tiktok_shop/operations.ts';
import { codeOfFaults, faultsOf } from '#connectors/tiktok_shop/refusals.ts';
import { inventory, product, productPage } from '#connectors/tiktok_shop/schema.ts';
import { nativeStatus, toProduct } from '#connectors/tiktok_shop/translate.ts';

/** Search Products: 1 to 100 a page. */
const pageSize = 100;
/** Under the 50 requests a second that the bucket lets through, enough to hide the time of an answer. */
const detailsAtOnce = 8;

export async function* pull(session: Session, request: PullRequest): AsyncIterable<PullPage> {
  if (request.productIds !== undefined) {
    const page = await readProducts(session, request.productIds, request);
    yield { ...page, totalProducts: null };
    return;
  }
  const updatedSince = request.since === null ? null : Math.floor(Date.parse(request.since) / 1000);
  const tokens = new Set<string>();
  for (let pageToken = ''; ; ) {
    const found = await searchPage(session, { pageSize, pageToken, updatedSince });
    const page = await readProducts(session, readableIds(found.products, request), request);
    const deleted = found.products.filter(({ status }) => status === 'DELETED').map(({ id }) => id);
    yield {
      products: page.products,
      deletedProductIds: [...deleted, ...page.deletedProductIds],
      totalProducts: found.total_count ?? null,
    };
    pageToken = found.next_page_token;
    if (pageToken === '') return;
    if (tokens.has(pageToken)) throw new MalformedResponse('The pages of the product search run in a circle');
    tokens.add(pageToken);
  }
}

/** One page of the search. The body always names a status: an empty object must not be sent. */
export async function searchPage(
  session: Session,
  request: { pageSize: number; pageToken: string; updatedSince: number | null; skuIds?: readonly string[] },
): Promise<z.infer<typeof productPage>> {
  const { data } = await call(session, {
    operation: operations.searchProducts,
    query: { page_size: String(request.pageSize), ...(request.pageToken === '' ? {} : { page_token: request.pageToken }) },
    body: {
      status: 'ALL',
      ...(request.updatedSince === null ? {} : { update_time_ge: request.updatedSince }),
      ...(request.skuIds === undefined ? {} : { sku_ids: request.skuIds }),
    },
    answer: productPage,
  });
  return data;
}

/** Get Product does not answer for FREEZE and DELETED. A frozen product still exists: nothing is concluded from its silence. */
function readableIds(found: readonly { id: string; status: string }[], request: PullRequest): string[] {
  const frozen = found.filter(({ status }) => status === 'FREEZE').map(({ id }) => id);
  if (frozen.length > 0)
    request.log('Products frozen by TikTok Shop cannot be read; they stay as they were', { productIds: frozen });
  return found.filter(({ status }) => status !== 'FREEZE' && status !== 'DELETED').map(({ id }) => id);
}

async function readProducts(
  session: Session,
  ids: readonly string[],
  request: PullRequest,
): Promise<Pick<PullPage, 'products' | 'deletedProductIds'>> {
  // While a page is read, goods move to the next one: the same id may come twice.
  const readings = await inLanes([...new Set(ids)], detailsAtOnce, (id) => readProduct(session, id));
  const products: RemoteProduct[] = [];
  const deletedProductIds: string[] = [];
  for (const reading of readings) {
    if (reading.kind === 'found') products.push(reading.product);
    else if (reading.kind === 'gone') deletedProductIds.push(reading.id);
    else
      request.log('TikTok Shop does not show a product at the moment; it stays as it was', {
        productId: reading.id,
        reason: reading.reason,
      });
  }
  return { products, deletedProductIds };
}

/** `withheld`: it exists, or may exist, but is not shown. */
export type ProductReading =
  | { kind: 'found'; id: string; product: RemoteProduct }
  | { kind: 'gone'; id: string }
  | { kind: 'withheld'; id: string; reason: string };

export async function readProduct(session: Session, id: string): Promise<ProductReading> {
  try {
    const { data } = await call(session, { operation: operations.getProduct, productId: id, answer: product });
    if (nativeStatus(data) === 'DELETED') return { kind: 'gone', id };
    return { kind: 'found', id, product: toProduct(data) };
  } catch (thrown) {
    if (!(thrown instanceof Refused) || faultsOf(thrown).length === 0) throw thrown;
    const reason = codeOfFaults(faultsOf(thrown));
    if (reason !== 'product_gone' && reason !== 'not_this_shop')
      return { kind: 'withheld', id, reason: thrown.answer.message ?? reason };
    return (await standsInSearch(session, id)) ? { kind: 'withheld', id, reason: 'frozen' } : { kind: 'gone', id };
  }
}

/** "Does not exist" is also said of frozen products, so a second witness is asked before one counts as deleted. */
async function standsInSearch(session: Session, productId: string): Promise<boolean> {
  try {
    const stock = await call(session, {
      operation: operations.searchInventory,
      body: { product_ids: [productId] },
      answer: inventory,
    });
    const skuId = stock.data.inventory.find((one) => one.product_id === productId)?.skus[0]?.id;
    if (skuId === undefined) return false;
    const found = await searchPage(session, { pageSize: 10, pageToken: '', updatedSince: null, skuIds: [skuId] });
    return found.products.some(({ id, status }) => id === productId && status !== 'DELETED');
  } catch (thrown) {
    // The second witness does not know it either.
    if (thrown instanceof Refused && faultsOf(thrown).length > 0) return false;
    throw thrown;
  }
}
