/**
 * What both writes share: SKUs of one product go in one request, some may fail although the request succeeds, and a request
 * refused as a whole is taken apart to find the SKU that was meant.
 *
 * An error is thrown only while nothing of the request can have been applied; after that, every SKU gets an outcome of its own.
 */
import type { Session, WriteResult } from '#connectors/connector.ts';
import {
  isPlatformError,
  MalformedResponse,
  type PlatformAnswer,
  type PlatformError,
  PlatformUnavailable,
  type Refusal,
  Refused,
  TooLate,
} from '#connectors/errors.ts';
import { call } from '#connectors/tiktok_shop/client.ts';
import { inLanes } from '#connectors/tiktok_shop/in-lanes.ts';
import type { Operation } from '#connectors/tiktok_shop/operations.ts';
import {
  codeOfFaults,
  type Fault,
  faultsOfWrite,
  isStoreWide,
  type RefusalCode,
  refusal,
} from '#connectors/tiktok_shop/refusals.ts';
import { written } from '#connectors/tiktok_shop/schema.ts';

export type SkuEnd =
  | { outcome: 'applied' }
  | { outcome: 'refused'; refusal: Refusal }
  | { outcome: 'not_taken' }
  | { outcome: 'unknown'; answer: PlatformAnswer };

export interface SkuUpdate {
  operation: Operation;
  productId: string;
  /** What is sent for each SKU, by its id. */
  skus: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  /** The code that a SKU's faults come down to, given what was asked of it. */
  meaning(skuId: string, code: RefusalCode): RefusalCode;
}

/** Codes that hold for every SKU of the product: taking the request apart would only repeat the answer. */
const productWide: ReadonlySet<RefusalCode> = new Set([
  'product_gone',
  'product_frozen',
  'product_not_active',
  'not_this_shop',
  'warehouses_incomplete',
]);
const singlesAtOnce = 4;
const productsAtOnce = 4;

/** Sends the update of one product's SKUs; every SKU of `update` has an end. Throws when nothing can have been applied, or all is unclear. */
export async function updateSkus(session: Session, update: SkuUpdate): Promise<Map<string, SkuEnd>> {
  try {
    return await asOutage(() => sendSkus(session, update));
  } catch (thrown) {
    if (!(thrown instanceof Refused)) throw thrown;
    const code = codeOfFaults(faultsOfWrite(thrown));
    if (update.skus.size > 1 && !productWide.has(code)) return await sendSingly(session, update);
    return new Map([...update.skus.keys()].map((skuId) => [skuId, refusedEnd(update, skuId, code, thrown)]));
  }
}

async function sendSkus(session: Session, update: SkuUpdate): Promise<Map<string, SkuEnd>> {
  const { data, answer } = await call(session, {
    operation: update.operation,
    productId: update.productId,
    body: { skus: [...update.skus].map(([id, sku]) => ({ id, ...sku })) },
    answer: written,
  });
  const faults = new Map<string, Fault[]>();
  let unattributed = false;
  for (const error of data.errors) {
    const skuId = error.detail?.sku_id ?? '';
    if (!update.skus.has(skuId)) unattributed = true;
    else faults.set(skuId, [...(faults.get(skuId) ?? []), error, ...(error.detail?.extra_errors ?? [])]);
  }
  return new Map(
    [...update.skus.keys()].map((skuId): [string, SkuEnd] => {
      const found = faults.get(skuId);
      if (found !== undefined)
        return [skuId, { outcome: 'refused', refusal: refusalOf(update, skuId, codeOfFaults(found), found, answer) }];
      // Something failed and it is not said what: nothing may be believed of the rest.
      return [skuId, unattributed ? { outcome: 'unknown', answer } : { outcome: 'applied' }];
    }),
  );
}

async function sendSingly(session: Session, update: SkuUpdate): Promise<Map<string, SkuEnd>> {
  const ends = await inLanes([...update.skus], singlesAtOnce, async ([skuId, sku]): Promise<[string, SkuEnd]> => {
    const end = await withoutThrowing(async () =>
      (await updateSkus(session, { ...update, skus: new Map([[skuId, sku]]) })).get(skuId),
    );
    return [skuId, end];
  });
  return new Map(ends);
}

/** For requests after the first one: an error is then one SKU's open question, not the whole call's. */
export async function withoutThrowing(send: () => Promise<SkuEnd | undefined>): Promise<SkuEnd> {
  try {
    return (await send()) ?? { outcome: 'unknown', answer: {} };
  } catch (thrown) {
    if (!isPlatformError(thrown)) throw thrown;
    return endAfter(thrown);
  }
}

/** Of a request beside others that have their results. One that came too late was never sent. */
export const endAfter = (thrown: PlatformError): SkuEnd =>
  thrown instanceof TooLate ? { outcome: 'not_taken' } : { outcome: 'unknown', answer: thrown.answer };

function refusedEnd(update: SkuUpdate, skuId: string, code: RefusalCode, thrown: Refused): SkuEnd {
  const faults = faultsOfWrite(thrown);
  // Not a fault of an item: the connector's own words for the whole request are the best there are.
  if (faults.length === 0) return { outcome: 'refused', refusal: thrown.refusal };
  return { outcome: 'refused', refusal: refusalOf(update, skuId, code, faults, thrown.answer) };
}

function refusalOf(
  update: SkuUpdate,
  skuId: string,
  code: RefusalCode,
  faults: readonly Fault[],
  answer: PlatformAnswer,
): Refusal {
  const cause = faults.at(-1);
  return refusal(
    update.meaning(skuId, code),
    { message: (cause?.message ?? '').slice(0, 300), platformCode: String(cause?.code ?? '') },
    answer,
  );
}

/** What concerns the whole store is an outage: no value is to blame, and all of it goes through once the fault is mended. */
export async function asOutage<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (thrown) {
    if (!isStoreWide(thrown)) throw thrown;
    throw new PlatformUnavailable(`TikTok Shop refuses every request of this store: ${thrown.refusal.code}`, {
      mayHaveApplied: false,
      answer: thrown.answer,
      cause: thrown,
    });
  }
}

/**
 * Runs one push per product and joins the results. While no product has an outcome its error is thrown as it is; beside
 * another product's results it leaves that product's writes unknown, unless it was never sent.
 */
export async function pushByProduct<W extends { writeId: string }>(
  writes: readonly W[],
  productIdOf: (write: W) => string,
  push: (productId: string, writes: readonly W[]) => Promise<WriteResult[]>,
): Promise<WriteResult[]> {
  const groups = [...Map.groupBy(writes, productIdOf)];
  const errors: PlatformError[] = [];
  const results = await inLanes(groups, productsAtOnce, async ([productId, group]) => {
    try {
      return await push(productId, group);
    } catch (thrown) {
      if (!isPlatformError(thrown)) throw thrown;
      errors.push(thrown);
      return group.map(({ writeId }) => resultOf(writeId, endAfter(thrown)));
    }
  });
  const [first] = errors;
  // All failed: of several errors the one counts that leaves most in doubt.
  if (first !== undefined && errors.length === groups.length) throw errors.find(leavesDoubt) ?? first;
  return results.flat();
}

export function leavesDoubt(thrown: PlatformError): boolean {
  return thrown instanceof MalformedResponse || (thrown instanceof PlatformUnavailable && thrown.mayHaveApplied);
}

export function resultOf(writeId: string, end: SkuEnd | undefined): WriteResult {
  return end === undefined ? { writeId, outcome: 'unknown' } : { writeId, ...end };
}
