import { z } from 'zod';
import { type ApiCall, readBody, type ShopFloor } from '#connectors/tiktok_shop/sandbox/api-call.ts';
import type { Parcel, ShopOrder } from '#connectors/tiktok_shop/sandbox/orders/order.ts';
import { packageStatus } from '#connectors/tiktok_shop/sandbox/orders/order-view.ts';
import { answerPage, readPage } from '#connectors/tiktok_shop/sandbox/orders/paged-search.ts';

const unixSeconds = z.int().min(0);

const searchBody = z.strictObject({
  create_time_ge: unixSeconds.optional(),
  create_time_lt: unixSeconds.optional(),
  update_time_ge: unixSeconds.optional(),
  update_time_lt: unixSeconds.optional(),
  package_status: z.enum(['PROCESSING', 'FULFILLING', 'COMPLETED', 'CANCELLED']).optional(),
});

/** Search Package. Its statuses begin with PROCESSING: what is not arranged yet is not among the results. */
export function searchPackages(call: ApiCall, floor: ShopFloor): object {
  const body = readBody(call, searchBody);
  const page = readPage(call.query, { least: 1, most: 50, sizeByDefault: null, orderByDefault: 'DESC' });
  const found = [...floor.orders.parcels()].filter(
    ({ order, parcel }) =>
      parcel.arrangedSeconds !== null &&
      (body.package_status === undefined || body.package_status === packageStatus(parcel, order)) &&
      parcel.createSeconds >= (body.create_time_ge ?? 0) &&
      parcel.createSeconds < (body.create_time_lt ?? Number.POSITIVE_INFINITY) &&
      parcel.updateSeconds >= (body.update_time_ge ?? 0) &&
      parcel.updateSeconds < (body.update_time_lt ?? Number.POSITIVE_INFINITY),
  );
  const momentsOf = ({ parcel }: { parcel: Parcel }) => ({
    create_time: parcel.createSeconds,
    update_time: parcel.updateSeconds,
  });
  return answerPage(found, page, momentsOf, 'packages', ({ order, parcel }) => packageEntry(parcel, order));
}

function packageEntry(parcel: Parcel, order: ShopOrder): object {
  return {
    create_time: parcel.createSeconds,
    id: parcel.id,
    order_line_item_ids: order.lines.filter((line) => line.parcel === parcel).map(({ id }) => id),
    orders: [{ id: order.id }],
    ...(parcel.carrier === null
      ? {}
      : {
          shipping_provider_id: parcel.carrier.id,
          shipping_provider_name: parcel.carrier.name,
          tracking_number: parcel.trackingNumber,
        }),
    status: packageStatus(parcel, order),
    update_time: parcel.updateSeconds,
  };
}
