import type { LongIds } from '#connectors/tiktok_shop/sandbox/long-ids.ts';
import type { Carrier } from '#connectors/tiktok_shop/sandbox/orders/order.ts';

const names: Readonly<Record<string, readonly string[]>> = {
  US: ['USPS', 'UPS', 'FedEx'],
  GB: ['Royal Mail', 'Evri', 'DPD'],
  VN: ['Giao Hang Nhanh', 'Giao Hang Tiet Kiem', 'J&T Express'],
  ID: ['JNE', 'SiCepat', 'J&T Express'],
};

/** The carriers that a shop of the region may choose for its own shipping, each with an id of the platform. */
export function carriersOf(region: string, ids: LongIds): Carrier[] {
  return (names[region] ?? ['DHL', 'FedEx']).map((name) => ({ id: ids.named(`carrier ${name}`, '71'), name }));
}
