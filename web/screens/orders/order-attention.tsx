import type { LucideIcon } from 'lucide-react';
import { Ban, Clock, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { OrderDetail } from '~/api-model/orders.ts';
import { counted } from '~/parts/amounts.ts';
import { Button } from '~/parts/button.tsx';
import { classes } from '~/parts/class-names.ts';
import { Moment } from '~/parts/moment.tsx';
import { useRights } from '~/parts/session.ts';
import { itemName } from '~/screens/orders/order-words.ts';
import { useOrderChange } from '~/screens/orders/use-order-change.ts';

/** What somebody must know before anything else. Nothing when all is well. */
export function OrderAttention({ order }: { order: OrderDetail }) {
  return (
    <>
      {order.cancelledAt !== null && (
        <Notice icon={Ban} tone="none" title="This order was cancelled">
          <p>
            <Moment at={order.cancelledAt} />
            {order.cancelReason !== null && order.cancelReason !== '' && `, for this reason: ${order.cancelReason}`}. What it
            reserved is free again.
          </p>
        </Notice>
      )}
      {order.reservationExpiredAt !== null && (
        <Notice icon={Clock} tone="wait" title="Nobody paid in time">
          <p>What it reserved was given back, so that others can buy it. It is reserved again when the payment arrives.</p>
        </Notice>
      )}
      {order.oversold && <Oversold order={order} />}
    </>
  );
}

function Oversold({ order }: { order: OrderDetail }) {
  const rights = useRights();
  const settle = useOrderChange(order.id, 'Settled. The order no longer needs attention for this.');
  const short = order.items.filter(({ oversoldUnits }) => oversoldUnits > 0);
  return (
    <Notice icon={TriangleAlert} tone="bad" title="More was sold than there was">
      {short.length > 0 && (
        <ul className="list-inside list-disc">
          {short.map((item) => (
            <li key={item.id}>
              {itemName(item)}: {counted(item.oversoldUnits, 'unit')} too many
            </li>
          ))}
        </ul>
      )}
      <p>
        Get the missing units in and count them, or cancel what cannot be delivered on {order.storeName}. Cancelled there, this
        mark goes by itself; delivered after all, say that it is settled.
      </p>
      {rights.write && (
        <Button small busy={settle.isPending} onClick={() => settle.mutate({ oversoldSettled: true })}>
          It is settled
        </Button>
      )}
    </Notice>
  );
}

const looks = {
  bad: { box: 'border-error/40 bg-error/5', icon: 'text-error' },
  wait: { box: 'border-warning/40 bg-warning/5', icon: 'text-warning' },
  none: { box: 'border-base-300 bg-base-200', icon: 'text-muted' },
};

interface NoticeProps {
  icon: LucideIcon;
  tone: keyof typeof looks;
  title: string;
  children: ReactNode;
}

function Notice({ icon: Icon, tone, title, children }: NoticeProps) {
  return (
    <section aria-label={title} className={classes('flex items-start gap-3 rounded-box border p-3', looks[tone].box)}>
      <Icon className={classes('mt-0.5 size-4 shrink-0', looks[tone].icon)} aria-hidden />
      <div className="min-w-0 flex-1 space-y-1.5">
        <p className="font-medium">{title}</p>
        {children}
      </div>
    </section>
  );
}
