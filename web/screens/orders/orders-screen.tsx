import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Order, OrderCounts } from '~/api-model/orders.ts';
import { financialStatuses, orderStatuses } from '~/api-model/orders.ts';
import type { Selection } from '~/parts/data-table/columns.ts';
import { DataTable } from '~/parts/data-table/data-table.tsx';
import { DownloadLink } from '~/parts/download-link.tsx';
import { SavedViews } from '~/parts/saved-views/saved-views.tsx';
import { useRights, useStores } from '~/parts/session.ts';
import { ClearFilters, Filter, ListHead, SearchBox, Tabs } from '~/parts/toolbar.tsx';
import { type List, useList } from '~/parts/use-list.ts';
import { orderCountsQuery } from '~/queries.ts';
import { DateRange } from '~/screens/orders/date-range.tsx';
import { type LastPlace, neighboursOf, placeOf } from '~/screens/orders/neighbours.ts';
import { NoOrders } from '~/screens/orders/no-orders.tsx';
import { OrderCard, orderColumns } from '~/screens/orders/order-columns.tsx';
import { orderFaces } from '~/screens/orders/order-faces.ts';
import { OrderSheet } from '~/screens/orders/order-sheet.tsx';
import { paymentWords } from '~/screens/orders/order-words.ts';
import {
  isFiltered,
  type OrdersSearch,
  type OrderView,
  orderFilters,
  orderSorts,
  orderViews,
  sortOf,
  withoutFilters,
} from '~/screens/orders/orders-search.ts';
import { viewedOrders } from '~/screens/orders/orders-views.ts';
import { SelectionBar } from '~/screens/orders/selection-bar.tsx';
import { TagFilter } from '~/screens/orders/tag-filter.tsx';

const route = getRouteApi('/frame/orders');

const viewLabels: Record<OrderView, string> = { to_ship: 'To ship', unpaid: 'Unpaid', attention: 'Attention', all: 'All' };
const noSelection: Selection = {};

/** Every sale of every store in one inbox; what waits longest to be shipped on top. */
export function OrdersScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const rights = useRights();
  const [selection, setSelection] = useState<Selection>(noSelection);
  const filters = orderFilters(search);
  const sort = sortOf(search);
  const list = useList<Order>('orders', { ...filters, sort });
  const selected = useMemo(() => list.rows.filter(({ id }) => selection[id] === true), [list.rows, selection]);
  const go = (next: (before: OrdersSearch) => OrdersSearch) => {
    setSelection(noSelection);
    void navigate({ search: next, replace: true });
  };
  const change = (part: OrdersSearch) => go((before) => ({ ...before, ...part }));
  const open = (order: string) => void navigate({ search: (before) => ({ ...before, order }) });
  const close = () => void navigate({ search: ({ order: _closed, ...rest }) => rest, replace: true });
  const { above, below } = useNeighbours(list, search.order);
  const step = (to: Order | undefined) =>
    to === undefined ? null : () => void navigate({ search: (before) => ({ ...before, order: to.id }), replace: true });
  useFirstRowKey();
  return (
    <>
      <OrdersHead search={search} onChange={change} onClear={() => go(withoutFilters)} onView={(view) => go(() => view)} />
      <SelectionBar selected={selected} sort={sort} onClear={() => setSelection(noSelection)} />
      <DataTable
        noun="order"
        list={list}
        columns={orderColumns}
        rowId={({ id }) => id}
        card={(order) => <OrderCard order={order} onOpen={({ id }) => open(id)} />}
        empty={<NoOrders search={search} onChange={change} />}
        sorting={{ value: sort, onChange: (value) => change({ sort: orderSorts.find((known) => known === value) }) }}
        openId={search.order}
        onOpen={({ id }) => open(id)}
        {...(rights.write ? { selection: { value: selection, onChange: setSelection } } : {})}
      />
      {search.order !== undefined && (
        <OrderSheet orderId={search.order} onClose={close} onAbove={step(above)} onBelow={step(below)} belowId={below?.id} />
      )}
    </>
  );
}

interface HeadProps {
  search: OrdersSearch;
  onChange: (part: OrdersSearch) => void;
  onClear: () => void;
  onView: (view: OrdersSearch) => void;
}

function OrdersHead({ search, onChange, onClear, onView }: HeadProps) {
  const { stores, loaded } = useStores();
  const { data: counts } = useQuery(orderCountsQuery);
  const view = search.view ?? 'to_ship';
  return (
    <ListHead
      title="Orders"
      actions={
        <>
          <SavedViews list={viewedOrders} search={search} known={{ storeId: loaded ? stores : undefined }} onOpen={onView} />
          <DownloadLink path="/api/orders/export.csv" query={{ ...orderFilters(search), sort: sortOf(search) }} />
        </>
      }
    >
      <Tabs
        label="Orders"
        value={view}
        tabs={orderViews.map((value) => ({ value, label: viewLabels[value], count: countOf(value, counts) }))}
        onChange={(value) =>
          onChange({ view: value, status: undefined, payment: undefined, attention: undefined, sort: undefined })
        }
      />
      <SearchBox
        label="Number, item, SKU or buyer"
        value={search.q ?? ''}
        onChange={(q) => onChange({ q: q === '' ? undefined : q })}
      />
      <Filter
        label="Store"
        all="Every store"
        value={search.storeId}
        options={stores.map(({ id, name }) => ({ value: id, label: name }))}
        onChange={(storeId) => onChange({ storeId })}
      />
      {(view === 'all' || view === 'attention') && (
        <Filter
          label="Status"
          all="Every status"
          value={search.status}
          options={orderStatuses.map((value) => ({ value, label: orderFaces[value].word }))}
          onChange={(status) => onChange({ status })}
        />
      )}
      {view === 'all' && (
        <Filter
          label="Payment"
          all="Any payment"
          value={search.payment}
          options={financialStatuses.map((value) => ({ value, label: paymentWords[value] }))}
          onChange={(payment) => onChange({ payment })}
        />
      )}
      {view === 'attention' && (
        <Filter
          label="Attention"
          all="Every reason"
          value={search.attention}
          options={attentions}
          onChange={(attention) => onChange({ attention })}
        />
      )}
      <DateRange from={search.from} to={search.to} onChange={onChange} />
      <TagFilter value={search.tag} onChange={(tag) => onChange({ tag })} />
      <ClearFilters shown={isFiltered(search)} onClear={onClear} />
    </ListHead>
  );
}

const attentions = [
  { value: 'oversold', label: 'Oversold' },
  { value: 'unlinked', label: 'Not linked' },
  { value: 'refused', label: 'Shipment refused' },
] as const;

const nearEnd = 3;

/** The neighbours of the open order; near the end of what is loaded, more is loaded. */
function useNeighbours(list: List<Order>, openId: string | undefined) {
  const last = useRef<LastPlace | null>(null);
  const here = placeOf(list.rows, openId);
  const neighbours = neighboursOf(list.rows, openId, last.current);
  useEffect(() => {
    if (here !== null) last.current = here;
  });
  const { loadMore } = list;
  const wanting = here !== null && here.index >= list.rows.length - nearEnd && list.more && !list.loadingMore;
  useEffect(() => {
    if (wanting) loadMore();
  }, [wanting, loadMore]);
  return neighbours;
}

const countOf = (view: OrderView, counts: OrderCounts | undefined): number | undefined =>
  counts === undefined || view === 'all'
    ? undefined
    : { to_ship: counts.toShip, unpaid: counts.unpaid, attention: counts.attention }[view];

/** Arrow down leads into the list from the search box, or from nowhere. */
function useFirstRowKey() {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'ArrowDown' || event.defaultPrevented || !(event.target instanceof HTMLElement)) return;
      if (!event.target.matches('body, main, input[type=search]')) return;
      const first = document.querySelector<HTMLElement>('main [data-row-action]');
      if (first === null) return;
      event.preventDefault();
      first.focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}
