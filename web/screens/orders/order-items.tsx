import { Link } from '@tanstack/react-router';
import { Info, TriangleAlert } from 'lucide-react';
import type { OrderDetail, OrderItem } from '~/api-model/orders.ts';
import { counted, money } from '~/parts/amounts.ts';
import { classes } from '~/parts/class-names.ts';
import { Thumbnail } from '~/parts/thumbnail.tsx';
import { bookingWords, firstCountWords, itemName, parkedStep, wantedWords } from '~/screens/orders/order-words.ts';
import { Section } from '~/screens/orders/section.tsx';

/** What was sold, and for each what it does to the stock and where. */
export function OrderItems({ order }: { order: OrderDetail }) {
  return (
    <Section title={counted(order.unitCount, 'unit')}>
      <ul>
        {order.items.map((item) => (
          <Item key={item.id} item={item} order={order} />
        ))}
      </ul>
    </Section>
  );
}

function Item({ item, order }: { item: OrderItem; order: OrderDetail }) {
  const booked = bookingWords(item);
  const told = booked.length > 0 ? booked : wantedWords(item);
  return (
    <li className="flex gap-3 border-b border-base-300 py-2.5 first:pt-0 last:border-0">
      <Thumbnail url={item.imageUrl} className="size-10" />
      <div className="min-w-0 flex-1 space-y-0.5">
        <div className="flex items-start gap-3">
          <span className={classes('min-w-0 flex-1 font-medium', item.vanished && 'line-through')}>
            <ItemTitle item={item} />
          </span>
          <span className="figures">
            {item.quantity} × {money(item.unitPrice, order.currency)}
          </span>
        </div>
        <p className="flex gap-3 text-xs text-muted">
          <span className="min-w-0 flex-1 truncate">{item.sku === '' ? 'No SKU' : item.sku}</span>
          {Number(item.discount) > 0 && <span className="figures">{money(item.discount, order.currency)} off</span>}
        </p>
        {item.vanished ? (
          <p className="text-xs text-muted">Taken out of the order</p>
        ) : (
          told.length > 0 && <p className="text-xs">{told.join(', ')}</p>
        )}
        {item.unitsInFirstCount > 0 && !item.vanished && <p className="text-xs text-muted">{firstCountWords(item)}</p>}
        {item.oversoldUnits > 0 && (
          <p className="flex items-center gap-1.5 text-xs text-error">
            <TriangleAlert className="size-3.5 shrink-0" aria-hidden />
            {counted(item.oversoldUnits, 'unit')} more than there was
          </p>
        )}
        {item.parked !== null && !item.vanished && <Parked item={item} storeId={order.storeId} />}
      </div>
    </li>
  );
}

function ItemTitle({ item }: { item: OrderItem }) {
  if (item.productId === null) return itemName(item);
  return (
    <Link to="/products" search={{ product: item.productId }} className="hover:underline">
      {itemName(item)}
    </Link>
  );
}

const noListing = 'It is none of the listings that StoreSync knows of this store, so nothing is taken off the stock.';

/** Why it takes nothing off the stock, and where that is ended. */
function Parked({ item, storeId }: { item: OrderItem; storeId: string }) {
  if (item.parked === null) return null;
  const step = parkedStep(item.parked, item);
  const words = item.sku === '' ? item.title : item.sku;
  return (
    <div className="flex items-start gap-1.5 text-xs">
      <Info
        className={classes('mt-0.5 size-3.5 shrink-0', item.parked === 'unlinked' ? 'text-warning' : 'text-muted')}
        aria-hidden
      />
      <p>
        {item.parked === 'unlinked' && item.listingId === null ? noListing : item.parkedSentence}{' '}
        {step?.place === 'links' && (
          <Link to="/product-links" search={{ tab: 'unlinked', storeId, q: words }} className="link">
            {step.label}
          </Link>
        )}
        {step?.place === 'inventory' && (
          <Link to="/inventory" search={{ q: words }} className="link">
            {step.label}
          </Link>
        )}
        {step?.place === 'product' && item.productId !== null && (
          <Link to="/products" search={{ product: item.productId }} className="link">
            {step.label}
          </Link>
        )}
      </p>
    </div>
  );
}
