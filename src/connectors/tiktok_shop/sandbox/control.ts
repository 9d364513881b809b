import { present } from '#base/assert.ts';
import type { PracticeControl, PracticeGood } from '#connectors/practice.ts';
import { keptAmount } from '#connectors/tiktok_shop/sandbox/amounts.ts';
import type { ShopFloor } from '#connectors/tiktok_shop/sandbox/api-call.ts';
import type { FaultPlan } from '#connectors/tiktok_shop/sandbox/fault-plan.ts';
import type { FrontDoor } from '#connectors/tiktok_shop/sandbox/front-door.ts';
import { type ShopProduct, type ShopSku, unitsOf } from '#connectors/tiktok_shop/sandbox/goods.ts';
import { practiceOrders } from '#connectors/tiktok_shop/sandbox/orders/practice-orders.ts';
import type { RequestPacer } from '#connectors/tiktok_shop/sandbox/request-pacer.ts';
import type { WebhookDelivery } from '#connectors/tiktok_shop/sandbox/webhook-delivery.ts';

export interface ControlSettings {
  floor: ShopFloor;
  door: FrontDoor;
  delivery: WebhookDelivery;
  faults: FaultPlan;
  pacer: RequestPacer;
  access(): Record<string, string>;
  /** Called after the clock has moved. */
  clockMoved(): void;
}

/** What a test, the demo or a person can do to the shop from outside its protocol. */
export function createControl(settings: ControlSettings): PracticeControl {
  const { floor, door, delivery, faults, pacer } = settings;
  const { catalog } = floor;
  const skuOf = (variantId: string): ShopSku => present(findSku(floor, variantId), `The SKU ${variantId} of this practice shop`);
  const orders = practiceOrders(floor, skuOf);
  return {
    goods: () =>
      catalog.products.filter(({ status }) => status !== 'DELETED').flatMap((product) => goodsOf(product, catalog.currency)),
    edit: (variantId, change) => {
      if (change.tracked === false) throw new Error('TikTok Shop keeps the stock of every SKU: tracking cannot be turned off');
      const sku = skuOf(variantId);
      if (change.title !== undefined) catalog.setTitle(sku.product, change.title, 'person');
      if (change.price !== undefined) {
        catalog.setPrices(sku.product, [{ sku, price: keptAmount(change.price, catalog.currency) }], 'person');
      }
      if (change.quantity !== undefined) {
        if (!Number.isInteger(change.quantity) || change.quantity < 0) {
          throw new RangeError(`TikTok Shop holds whole units from 0; ${change.quantity} is none`);
        }
        catalog.setStock(sku, spread(sku.stock, change.quantity), 'person');
      }
    },
    add: (products) => {
      for (const product of products) catalog.add(product);
    },
    remove: (productId) => {
      const product = present(catalog.product(productId), `The product ${productId} of this practice shop`);
      catalog.changeStatus(product, 'DELETED');
    },
    sell: (variantId, units) => orders.place([{ variantId, units }]) !== null,
    orders,
    lockForCampaign: (variantId, units) => {
      if (!Number.isInteger(units) || units < 0) throw new RangeError(`A campaign holds whole units, not ${units}`);
      skuOf(variantId).campaignUnits = units;
    },
    writes: () => catalog.writes(),
    fault: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    counters: () => ({
      requests: door.requests,
      throttled: door.throttled,
      writes: catalog.writeCount,
      webhooksSent: delivery.sent,
      webhooksFailed: delivery.failed,
    }),
    unlimited: (on) => {
      pacer.unlimited = on;
    },
    advanceClock: (seconds) => {
      floor.clock.advance(seconds);
      settings.clockMoved();
    },
    access: settings.access,
  };
}

function findSku(floor: ShopFloor, variantId: string): ShopSku | undefined {
  const sku = floor.catalog.sku(variantId);
  return sku?.product.status === 'DELETED' ? undefined : sku;
}

function goodsOf(product: ShopProduct, currency: string): PracticeGood[] {
  return product.skus.map((sku) => ({
    productId: product.id,
    variantId: sku.id,
    title: product.title,
    variantTitle: sku.attributes.map(({ value }) => value).join(' / '),
    sku: sku.sellerSku,
    price: sku.price,
    currency,
    quantity: unitsOf(sku),
    tracked: true,
    status: product.status,
  }));
}

/** So many units in all: the default warehouse takes the difference, and when it is empty the next ones do. */
function spread(stock: readonly number[], units: number): number[] {
  let surplus = stock.reduce((sum, each) => sum + each, 0) - units;
  return stock.map((each) => {
    const taken = Math.min(surplus, each);
    surplus -= taken;
    return each - taken;
  });
}
