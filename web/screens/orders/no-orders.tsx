import { PackageCheck, PackageSearch } from 'lucide-react';
import { Button } from '~/parts/button.tsx';
import { Empty } from '~/parts/empty.tsx';
import { useStores } from '~/parts/session.ts';
import { NoStore } from '~/screens/integrations/no-store.tsx';
import { isFiltered, type OrdersSearch, withoutFilters } from '~/screens/orders/orders-search.ts';

/** Why the list is empty, and what leads on. */
export function NoOrders({ search, onChange }: { search: OrdersSearch; onChange: (search: OrdersSearch) => void }) {
  const { stores, connected, loaded } = useStores();
  const view = search.view ?? 'to_ship';
  if (isFiltered(search)) return <NothingFound search={search} onChange={onChange} />;
  if (loaded && connected.length === 0 && (stores.length === 0 || view === 'all')) {
    return <NoStore>The orders of all your stores come into one inbox. They begin with a store.</NoStore>;
  }
  if (view === 'all') {
    return (
      <Empty icon={PackageSearch} title="No order yet">
        An order stands here within moments of being placed on{' '}
        {connected.length === 1 ? connected[0]?.name : 'any of your stores'}. There is nothing to set up.
      </Empty>
    );
  }
  const { title, text } = doneWords[view];
  return (
    <Empty icon={PackageCheck} title={title} actions={<Button onClick={() => onChange({ view: 'all' })}>See all orders</Button>}>
      {text}
    </Empty>
  );
}

const doneWords = {
  to_ship: { title: 'Nothing waits to be shipped', text: 'Paid orders come here, the one that waits longest on top.' },
  unpaid: { title: 'No order waits for payment', text: 'Orders that are placed and not paid yet come here.' },
  attention: {
    title: 'Nothing needs you',
    text: 'Orders that sold more than there was, and orders with items that are not linked to a product, come here.',
  },
};

function NothingFound({ search, onChange }: { search: OrdersSearch; onChange: (search: OrdersSearch) => void }) {
  const elsewhere = search.view !== 'all';
  return (
    <Empty
      icon={PackageSearch}
      title="No order fits"
      actions={
        <>
          {elsewhere && (
            <Button look="main" onClick={() => onChange({ view: 'all' })}>
              Look in all orders
            </Button>
          )}
          <Button onClick={() => onChange({ ...cleared, ...withoutFilters(search) })}>Clear the filters</Button>
        </>
      }
    >
      An order is found by the beginning of its number, by words or the SKU of an item, and by the buyer's whole e-mail, phone or
      name.
    </Empty>
  );
}

const cleared = {
  q: undefined,
  storeId: undefined,
  status: undefined,
  payment: undefined,
  attention: undefined,
  tag: undefined,
  from: undefined,
  to: undefined,
} satisfies OrdersSearch;
