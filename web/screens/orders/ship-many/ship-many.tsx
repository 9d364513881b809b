import { useRef, useState } from 'react';
import type { Order } from '~/api-model/orders.ts';
import { counted } from '~/parts/amounts.ts';
import { Dialog } from '~/parts/dialog.tsx';
import { Switch } from '~/parts/switch.tsx';
import { LinesList } from '~/screens/orders/ship-many/lines-list.tsx';
import { ShipActs } from '~/screens/orders/ship-many/ship-acts.tsx';
import { problemsOf, type ShipLine } from '~/screens/orders/ship-many/ship-lines.ts';
import { tallyOf, unsavedWords } from '~/screens/orders/ship-many/ship-words.ts';
import { useShipLines } from '~/screens/orders/ship-many/use-ship-lines.ts';

interface ShipManyProps {
  orders: readonly Order[];
  /** `done`: all that could be reported is. */
  onClose: (done: boolean) => void;
}

/** Reports a parcel for each of several orders: all that is left of it, with its carrier and number. */
export function ShipMany({ orders, onClose }: ShipManyProps) {
  const shipping = useShipLines(orders);
  const { lines, progress } = shipping;
  const [notifyBuyer, setNotifyBuyer] = useState(true);
  const [tried, setTried] = useState(false);
  const body = useRef<HTMLDivElement>(null);
  const { fresh, failed, reported } = tallyOf(lines);
  const left = fresh.length + failed.length;
  const send = (chosen: readonly ShipLine[]) => {
    const sent = shipping.report(chosen, notifyBuyer);
    setTried(!sent);
    if (!sent) requestAnimationFrame(() => body.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  };
  const incomplete = lines.filter((line) => tried && Object.keys(problemsOf(line, true)).length > 0).length;
  return (
    <Dialog
      title={`Ship ${counted(orders.length, 'order')}`}
      wide
      onClose={() => onClose(reported.length > 0 && left === 0)}
      unsaved={unsavedWords(lines, progress !== null)}
      actions={(leave) => <ShipActs shipping={shipping} onSend={send} onLeave={leave} />}
    >
      <div ref={body} className="space-y-4">
        {left > 0 && (
          <p className="text-muted">
            One parcel for each order, with all that is left of it. Tracking numbers can be pasted from a spreadsheet: one column
            fills the fields downwards; two, order number and tracking number, fill each order's own.
          </p>
        )}
        <LinesList shipping={shipping} all={tried} />
        {left > 0 && (
          <Switch
            label="Tell the buyers"
            help="The stores send their own messages, where they let one choose."
            checked={notifyBuyer}
            disabled={progress !== null}
            onChange={setNotifyBuyer}
          />
        )}
        {incomplete > 0 && (
          <p role="alert" className="text-error">
            Nothing was sent: {counted(incomplete, 'order')} still {incomplete === 1 ? 'needs' : 'need'} a carrier or a number.
            Fill in what is marked, or leave the order out.
          </p>
        )}
      </div>
    </Dialog>
  );
}
