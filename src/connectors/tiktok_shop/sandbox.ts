import { present } from '#base/assert.ts';
import { type Clock, systemClock } from '#base/clock.ts';
import type { PracticeOptions, PracticeShop } from '#connectors/practice.ts';
import { currencyOfRegion } from '#connectors/tiktok_shop/sandbox/amounts.ts';
import type { ShopFloor } from '#connectors/tiktok_shop/sandbox/api-call.ts';
import { Authorization } from '#connectors/tiktok_shop/sandbox/authorization.ts';
import { ShopCatalog } from '#connectors/tiktok_shop/sandbox/catalog.ts';
import { createControl } from '#connectors/tiktok_shop/sandbox/control.ts';
import { scopes } from '#connectors/tiktok_shop/sandbox/endpoints.ts';
import { FaultPlan } from '#connectors/tiktok_shop/sandbox/fault-plan.ts';
import { FrontDoor } from '#connectors/tiktok_shop/sandbox/front-door.ts';
import type { ProductStatus, Promotion } from '#connectors/tiktok_shop/sandbox/goods.ts';
import { LongIds } from '#connectors/tiktok_shop/sandbox/long-ids.ts';
import { OrderBook } from '#connectors/tiktok_shop/sandbox/orders/order-book.ts';
import { RequestPacer } from '#connectors/tiktok_shop/sandbox/request-pacer.ts';
import { ShopClock } from '#connectors/tiktok_shop/sandbox/shop-clock.ts';
import { openWarehouses } from '#connectors/tiktok_shop/sandbox/warehouses.ts';
import { deliverByFetch, WebhookDelivery } from '#connectors/tiktok_shop/sandbox/webhook-delivery.ts';
import {
  deauthorizationMessage,
  expiryMessage,
  messageOfEvent,
  type WebhookMessage,
} from '#connectors/tiktok_shop/sandbox/webhook-message.ts';
import { WebhookSubscriptions } from '#connectors/tiktok_shop/sandbox/webhook-subscriptions.ts';

const defaultRegion = 'VN';

export interface TikTokShopSandboxOptions extends PracticeOptions {
  /** ISO country of the shop, which decides its currency and the prefix of its tokens; VN when absent. */
  region?: string;
  /** The redirect URL registered with the app; see also `partnerCenter.setRedirectUrl`. */
  redirectUrl?: string;
  /** The app's own webhook address, as entered in Partner Center: the only way to receive topic 27. */
  appWebhookUrl?: string;
  /** What a seller grants; everything that the endpoints here ask for when absent. */
  scopes?: readonly string[];
  /** Sales warehouses of the shop; 1 when absent. With more, each stock update must name them all. */
  warehouses?: number;
  /** Whether quantity 0 is refused; the documented range begins at 1. False when absent. */
  refuseZero?: boolean;
  /** A SKU with so many units or fewer has low stock; 5 when absent. */
  lowStockUnits?: number;
  /** How long the audit after an activation takes, scaled by `timeScale`; 60 s when absent. */
  auditSeconds?: number;
  /** A product search with more results is refused (12052180); no limit when absent. */
  searchLimit?: number;
  /** Who chooses the carriers: the seller (when absent) or the platform. */
  shippingType?: 'SELLER' | 'TIKTOK';
  /** How long a paid order is ON_HOLD, scaled by `timeScale`; not at all when absent. */
  holdSeconds?: number;
  /** After how long the platform calls off what is not paid, scaled by `timeScale`; never when absent. */
  unpaidSeconds?: number;
  /** What the shop's clock follows; the system's when absent. */
  clock?: Clock;
}

export interface TikTokShopSandbox extends PracticeShop {
  /** What the app's developer does in Partner Center. */
  partnerCenter: {
    setRedirectUrl(url: string | null): void;
    setWebhookUrl(url: string | null): void;
  };
  /** What the seller, or the platform's staff, does in Seller Center. Unknown product ids throw. */
  sellerCenter: {
    setStatus(productId: string, status: ProductStatus): void;
    /** Starts or ends (null) a campaign: it locks the price, and with `stockLocked` the stock cannot be lowered. */
    setPromotion(productId: string, promotion: Promotion | null): void;
    /** Puts a virtual bundle on sale, of so many units of each SKU; returns its own SKU id. */
    bundle(sku: string, price: string, parts: readonly { variantId: string; units: number }[]): string;
    /** The carrier has collected (FULFILLING) or delivered (COMPLETED) a parcel. */
    moveParcel(parcelId: string, progress: 'FULFILLING' | 'COMPLETED'): void;
    /** Takes the authorization back: every token dies and webhook 6 goes out. */
    deauthorize(): void;
  };
}

/**
 * A practice TikTok Shop: consent page, token host and API 202309+ on one base address, written from the platform's
 * published contract alone and stricter than the platform where that leaves a choice. The same `shop` name always has the
 * same ids and credentials. Where the platform would give no answer, `handle` rejects with an Error named
 * PracticeConnectionCut.
 */
export function createTikTokShopSandbox(options: TikTokShopSandboxOptions): TikTokShopSandbox {
  const timeScale = options.timeScale ?? 1;
  const ids = new LongIds(`tiktok_shop ${options.shop}`);
  const { time } = options;
  const clock = new ShopClock(options.clock ?? (time === undefined ? systemClock : { now: () => new Date(time.now()) }), time);
  const faults = new FaultPlan();
  const pacer = new RequestPacer();
  const authorization = openAuthorization(options, ids, clock);
  const subscriptions = new WebhookSubscriptions(clock, options.appWebhookUrl ?? null);
  const delivery = new WebhookDelivery({
    app: authorization.app,
    shopId: ids.named('shop', '7495'),
    ids,
    clock,
    faults,
    timeScale,
    deliver: options.deliver ?? deliverByFetch,
    record: options.record,
  });
  const send = (message: WebhookMessage): void => {
    const address = subscriptions.addressFor(message.topic);
    if (address !== null) delivery.send(address, message);
  };
  const floor = openFloor(options, { ids, clock, authorization, subscriptions, send });
  const registered = { redirectUrl: options.redirectUrl ?? null };
  const seller = { openId: ids.named('open id', '70'), name: options.shop, region: floor.shop.region };
  const consent = { authorization, shopName: options.shop, redirectUrl: () => registered.redirectUrl };
  const door = new FrontDoor({ floor, consent, seller, ids, faults, pacer, timeScale, record: options.record });
  const giveNotice = (): void => {
    const notice = authorization.expiryNotice();
    if (notice !== null) send(expiryMessage(floor.shop.id, notice));
  };
  const access = (): Record<string, string> => accessOf(floor, options.baseUrl, seller.openId, registered.redirectUrl);
  return {
    platform: 'tiktok_shop',
    handle: (request) => {
      giveNotice();
      return door.handle(request);
    },
    control: createControl({ floor, door, delivery, faults, pacer, access, clockMoved: giveNotice }),
    close: async () => {
      delivery.close();
      clock.close();
    },
    partnerCenter: {
      setRedirectUrl: (url) => {
        registered.redirectUrl = url;
      },
      setWebhookUrl: (url) => {
        subscriptions.appAddress = url;
      },
    },
    sellerCenter: sellerCenterOf(floor, send),
  };
}

function openAuthorization(options: TikTokShopSandboxOptions, ids: LongIds, clock: ShopClock): Authorization {
  return new Authorization({
    app: { key: ids.hex('app key', 13), secret: ids.hex('app secret', 40), serviceId: ids.named('service', '72') },
    ids,
    clock,
    tokenPrefix: tokenPrefixOf(options.region ?? defaultRegion),
    scopes: options.scopes ?? Object.values(scopes),
  });
}

interface Fixtures extends Pick<ShopFloor, 'clock' | 'authorization' | 'subscriptions'> {
  ids: LongIds;
  send(message: WebhookMessage): void;
}

function openFloor(options: TikTokShopSandboxOptions, fixtures: Fixtures): ShopFloor {
  const { ids, clock, authorization, subscriptions, send } = fixtures;
  const region = options.region ?? defaultRegion;
  const currency = options.currency ?? currencyOfRegion(region);
  const lowStockUnits = options.lowStockUnits ?? 5;
  const { sales, returns } = openWarehouses(options.warehouses ?? 1, ids);
  const catalog = new ShopCatalog({
    ids,
    currency,
    region,
    warehouses: sales.length,
    clock,
    lowStockUnits,
    auditSeconds: (options.auditSeconds ?? 60) * (options.timeScale ?? 1),
    // An app without the seller's authorization hears nothing of the shop.
    announce: (event) => {
      if (!authorization.ended) send(messageOfEvent(event, clock.seconds(), lowStockUnits));
    },
  });
  const orders = new OrderBook({
    catalog,
    clock,
    ids,
    region,
    shippingType: options.shippingType ?? 'SELLER',
    holdSeconds: (options.holdSeconds ?? 0) * (options.timeScale ?? 1),
    unpaidSeconds: options.unpaidSeconds === undefined ? null : options.unpaidSeconds * (options.timeScale ?? 1),
    send: (message) => {
      if (!authorization.ended) send(message);
    },
  });
  return {
    shop: {
      id: ids.named('shop', '7495'),
      name: options.shop,
      region,
      code: `${region}LC${ids.hex('shop code', 8).toUpperCase()}`,
      cipher: `${tokenPrefixOf(region)}_${ids.hex('cipher', 40)}`,
    },
    clock,
    catalog,
    orders,
    view: { currency, region, warehouses: sales },
    returnWarehouse: returns,
    authorization,
    subscriptions,
    rules: { refuseZero: options.refuseZero ?? false, searchLimit: options.searchLimit ?? Number.POSITIVE_INFINITY },
  };
}

function sellerCenterOf(floor: ShopFloor, send: (message: WebhookMessage) => void): TikTokShopSandbox['sellerCenter'] {
  const productOf = (id: string) => {
    const product = floor.catalog.product(id);
    if (product === undefined) throw new Error(`This practice shop has no product ${id}`);
    return product;
  };
  return {
    setStatus: (productId, status) => floor.catalog.changeStatus(productOf(productId), status),
    setPromotion: (productId, promotion) => floor.catalog.setPromotion(productOf(productId), promotion),
    bundle: (sku, price, parts) => {
      const skuOf = (id: string) => present(floor.catalog.sku(id), `The SKU ${id} of this practice shop`);
      const made = parts.map(({ variantId, units }) => ({ sku: skuOf(variantId), units }));
      return floor.catalog.addBundle({ title: `The bundle ${sku}`, sku, price }, made).id;
    },
    moveParcel: (parcelId, progress) => {
      const found = floor.orders.parcel(parcelId);
      if (found === undefined) throw new Error(`This practice shop has no parcel ${parcelId}`);
      floor.orders.move(found.order, found.parcel, progress);
    },
    deauthorize: () => {
      floor.authorization.withdraw();
      send(deauthorizationMessage(floor.shop.id));
    },
  };
}

/** Credentials and identities that are good at this moment. */
function accessOf(floor: ShopFloor, baseUrl: string, openId: string, redirectUrl: string | null): Record<string, string> {
  const { app, current } = floor.authorization;
  return {
    base_url: baseUrl,
    app_key: app.key,
    app_secret: app.secret,
    service_id: app.serviceId,
    redirect_url: redirectUrl ?? '',
    access_token: current.accessToken,
    access_token_expire_in: String(current.accessExpireSeconds),
    refresh_token: current.refreshToken,
    refresh_token_expire_in: String(current.refreshExpireSeconds),
    granted_scopes: current.scopes.join(','),
    open_id: openId,
    seller_name: floor.shop.name,
    seller_base_region: floor.shop.region,
    shop_id: floor.shop.id,
    shop_cipher: floor.shop.cipher,
    shop_code: floor.shop.code,
    region: floor.shop.region,
    currency: floor.catalog.currency,
    warehouse_id: floor.view.warehouses[0]?.id ?? '',
  };
}

function tokenPrefixOf(region: string): string {
  return region === 'US' ? 'TTP' : 'ROW';
}
