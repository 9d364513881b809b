import {
  type Answer,
  type CallOptions,
  call,
  cup,
  idsOf,
  openShop,
  shirt,
  startMilliseconds,
} from '#connectors/tiktok_shop/sandbox/practice-caller.ts';
import type { TikTokShopSandbox, TikTokShopSandboxOptions } from '#connectors/tiktok_shop/sandbox.ts';

interface Line {
  id: string;
  sku_id: string;
  display_status: string;
  package_id?: string;
  package_status?: string;
  tracking_number?: string;
}

interface Order {
  id: string;
  status: string;
  update_time: number;
  create_time: number;
  line_items: Line[];
  packages: { id: string }[];
  recipient_address?: object;
  payment: { currency: string; total_amount: string };
  warehouse_id: string;
  delivery_option_id: string;
}

interface Data {
  orders: Order[];
  cancellations: { order_id: string; should_replenish_stock: boolean; cancel_line_items: { order_line_item_id: string }[] }[];
  return_orders: { order_id: string; return_type: string; return_line_items: { order_line_item_id: string }[] }[];
  shipping_providers: { id: string; name: string }[];
  package_id: string;
  next_page_token?: string;
  total_count: number;
}

export interface Opened {
  shop: TikTokShopSandbox;
  skuId: string;
  otherId: string;
  bodies: { type: number; data: Record<string, unknown> }[];
  quantity(): number;
  ask(method: string, path: string, options?: CallOptions): Promise<Omit<Answer, 'data'> & { data: Data }>;
  read(orderId: string): Promise<Order>;
}

/** A shop with a cup (12 units) and a shirt, and what it is told and tells. */
export function stocked(options: Partial<TikTokShopSandboxOptions> = {}): Opened {
  const bodies: Opened['bodies'] = [];
  const deliver = async (_url: string, init: { body: string }) => {
    bodies.push(JSON.parse(init.body));
    return 200;
  };
  const shop = openShop({ region: 'US', deliver, appWebhookUrl: 'https://hub.example.com/w', ...options });
  shop.control.add([cup, shirt]);
  const { skuId } = idsOf(shop, 'CUP');
  let aheadSeconds = 0;
  const advance = shop.control.advanceClock;
  shop.control.advanceClock = (seconds) => {
    aheadSeconds += seconds;
    advance(seconds);
  };
  const ask: Opened['ask'] = async (method, path, wanted = {}) => {
    const timestamp = String(Math.floor(startMilliseconds / 1000) + aheadSeconds);
    const answer = await call(shop, method, path, { ...wanted, query: { timestamp, ...wanted.query } });
    return { ...answer, data: answer.data as unknown as Data };
  };
  const read = async (id: string) => {
    const { data } = await ask('GET', '/order/202507/orders', { query: { ids: id } });
    const [order] = data.orders;
    if (order === undefined) throw new Error(`No order ${id}`);
    return order;
  };
  const quantity = () => shop.control.goods().find(({ variantId }) => variantId === skuId)?.quantity ?? -1;
  return { shop, skuId, otherId: idsOf(shop, 'SHIRT-RED-S').skuId, bodies, quantity, ask, read };
}

/** The id of a new order; throws when it is not taken. */
export const placed = (shop: TikTokShopSandbox, variantId: string, units = 1, options = {}): string => {
  const id = shop.control.orders?.place([{ variantId, units }], options) ?? null;
  if (id === null) throw new Error('The order was not taken');
  return id;
};
export const ordersOf = (shop: TikTokShopSandbox) => {
  if (shop.control.orders === undefined) throw new Error('This shop has no orders');
  return shop.control.orders;
};
