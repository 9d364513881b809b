/** From the platform's words for one item to a code of messages.ts. */
import { type PlatformAnswer, type Refusal, Refused } from '#connectors/errors.ts';
import type { messages } from '#connectors/tiktok_shop/messages.ts';

export type RefusalCode = keyof typeof messages;

export function refusal(code: RefusalCode, parameters: Refusal['parameters'] = {}, answer?: PlatformAnswer): Refusal {
  const keeps = code === 'stock_in_campaign' ? { keepsUnits: true as const } : {};
  return { code, parameters, ...keeps, ...(answer === undefined ? {} : { answer }) };
}

export function refused(code: RefusalCode, parameters: Refusal['parameters'] = {}, answer?: PlatformAnswer): Refused {
  return new Refused(refusal(code, parameters, answer), { wholeStore: storeWide.has(code) });
}

/** One or more faults that the platform names for an item: the main one and its `extra_errors`. */
export interface Fault {
  code: number | string;
  message: string;
}

/** Error tables of Get Product, Update Price and Update Inventory in the partner documentation. */
export const itemCodes: Readonly<Record<string, RefusalCode>> = {
  12019022: 'warehouse_unknown',
  12019024: 'quantity_refused',
  12019028: 'warehouses_incomplete',
  12019045: 'in_promotion',
  12019113: 'product_not_active',
  12019150: 'product_gone',
  12052031: 'product_gone',
  12052032: 'product_gone',
  12052037: 'warehouses_incomplete',
  12052038: 'in_promotion',
  12052048: 'not_this_shop',
  12052055: 'quantity_refused',
  12052073: 'price_refused',
  12052092: 'price_refused',
  12052097: 'warehouse_unknown',
  12052260: 'product_gone',
  12052393: 'in_promotion',
  12052533: 'warehouses_incomplete',
  12052556: 'sku_gone',
  12052557: 'sku_gone',
  12052901: 'product_not_active',
};

export const isItemCode = (code: number): boolean => Object.hasOwn(itemCodes, code);

/** Codes are not stable across versions and regions, so an unknown one is judged by its words. First match counts. */
const byMessage: readonly (readonly [RegExp, RefusalCode])[] = [
  [/(multiple|all|missing|every).{0,20}warehouse/i, 'warehouses_incomplete'],
  [/warehouse/i, 'warehouse_unknown'],
  [/promotion|campaign|activity|flash (deal|sale)|\blocked\b/i, 'in_promotion'],
  [/freez|frozen/i, 'product_frozen'],
  [/(other|another) seller|not (listed )?in (your |this )?(account|shop)/i, 'not_this_shop'],
  [/sku.{0,30}(not (exist|found)|invalid|deleted)|(invalid|unknown).{0,10}sku/i, 'sku_gone'],
  [/product.{0,30}(not (exist|found)|deleted)|(invalid|unknown).{0,10}product/i, 'product_gone'],
  [/status/i, 'product_not_active'],
  [/currency/i, 'currency_wrong'],
  [/price|amount/i, 'price_refused'],
  [/stock|quantity|inventory/i, 'quantity_refused'],
];

export function codeOfFaults(faults: readonly Fault[]): RefusalCode {
  // The secondary errors name the cause; the main one often says "Check failed" only.
  const causes = [...faults].reverse();
  for (const fault of causes) {
    const known = itemCodes[String(fault.code)];
    if (known !== undefined) return known;
  }
  for (const fault of causes) {
    const found = byMessage.find(([pattern]) => pattern.test(fault.message));
    if (found !== undefined) return found[1];
  }
  return 'platform_refused';
}

/** The same for a whole request that was refused for the sake of an item. Store-wide codes stay as they are. */
export function faultsOf(thrown: Refused): Fault[] {
  return thrown.refusal.code === 'platform_refused' ? [faultIn(thrown)] : [];
}

/** Of a write, also what the gateway has against its body: it says "invalid parameter" of one item's value. */
export function faultsOfWrite(thrown: Refused): Fault[] {
  return thrown.refusal.code === 'request_rejected' ? [faultIn(thrown)] : faultsOf(thrown);
}

const faultIn = ({ answer }: Refused): Fault => ({ code: answer.code ?? '', message: answer.message ?? '' });

/** Everything of this store is refused until somebody mends the app, the server or the authorization. */
const storeWide: ReadonlySet<string> = new Set<RefusalCode>([
  'app_missing',
  'app_rejected',
  'api_changed',
  'clock_off',
  'ip_not_allowed',
  'scope_missing',
  'shop_rejected',
  'signature_rejected',
]);

export function isStoreWide(thrown: unknown): thrown is Refused {
  return thrown instanceof Refused && thrown.wholeStore;
}
