import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '~/api.ts';
import type { InventoryItem } from '~/api-model/stock.ts';
import type { Page } from '~/api-model.ts';
import { Panel, PanelLink, Quiet, Reading } from '~/screens/dashboard/panel.tsx';
import { availableWords, whyAvailable } from '~/screens/inventory/available-words.ts';
import { itemName } from '~/screens/orders/order-words.ts';

const nameOf = ({ productTitle, variantTitle }: InventoryItem) => itemName({ title: productTitle, variantTitle });

/** What is at or below its reorder point, the scarcest first. */
export function LowStock() {
  const reading = useQuery({
    queryKey: ['inventory', 'lowest'],
    queryFn: async ({ signal }) =>
      (await api.get<Page<InventoryItem>>('/api/inventory', { low: true, sort: 'available', limit: 6 }, signal)).items,
  });
  return (
    <Panel
      title="Low stock"
      actions={<PanelLink link={{ to: '/inventory', search: { low: 'true' } }}>All that is low</PanelLink>}
    >
      <Reading reading={reading} lines={6}>
        {(items) =>
          items.length === 0 ? (
            <Quiet>Nothing is at or below its reorder point.</Quiet>
          ) : (
            <table className="w-full table-fixed">
              <caption className="sr-only">Available units of what is low</caption>
              <thead className="sr-only">
                <tr>
                  <th scope="col">Product</th>
                  <th scope="col">Available</th>
                </tr>
              </thead>
              <tbody>
                {items.map((item) => (
                  <tr key={`${item.variantId} ${item.locationId}`} className="border-b border-base-300 last:border-0">
                    <th scope="row" className="truncate py-2 pr-3 pl-4 text-left font-normal">
                      <Link
                        to="/inventory"
                        search={{ low: 'true', variant: item.variantId }}
                        className="hover:underline"
                        title={nameOf(item)}
                      >
                        {nameOf(item)}
                      </Link>
                    </th>
                    <td className={`figures w-32 py-2 pr-4 ${item.available < 0 ? 'text-error' : 'text-warning'}`}>
                      <Link
                        to="/inventory"
                        search={{ low: 'true', variant: item.variantId }}
                        className="underline decoration-dotted underline-offset-4"
                        title={whyAvailable(item)}
                      >
                        {availableWords(item)}
                      </Link>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Reading>
    </Panel>
  );
}
