import { CircleCheck, CircleX, RotateCw, Undo2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '~/parts/button.tsx';
import { CopyButton } from '~/parts/copy-button.tsx';
import { isSettled } from '~/screens/orders/report-shipment.ts';
import type { LineRowProps } from '~/screens/orders/ship-many/line-props.ts';
import { OpenOrder } from '~/screens/orders/ship-many/open-order.tsx';
import { type ShipLine, standingOf } from '~/screens/orders/ship-many/ship-lines.ts';

/** What stands in place of the fields. */
export function LineStanding({ line, refused, onChange, onRead }: LineRowProps) {
  const { order, unread } = line;
  switch (standingOf(line)) {
    case 'reading':
      return <div className="skeleton h-9" role="status" aria-label={`Reading order ${order.number}`} />;
    case 'unread':
      return (
        <Said>
          <p role="alert" className="text-error">
            {unread}
          </p>
          <Button small icon={RotateCw} onClick={() => onRead(order.id)}>
            Read again
          </Button>
        </Said>
      );
    case 'left_out':
      return (
        <Said>
          <p className="text-muted">Left out</p>
          <Button small icon={Undo2} onClick={() => onChange(order.id, { leftOut: false })}>
            Ship it after all
            <span className="sr-only">: order {order.number}</span>
          </Button>
        </Said>
      );
    case 'reported':
      return <Reported line={line} refused={refused} />;
    default:
      return (
        <Said>
          <OpenOrder order={order} />
        </Said>
      );
  }
}

const Said = ({ children }: { children: ReactNode }) => (
  <div className="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-1 md:justify-end">{children}</div>
);

function Reported({ line, refused }: Pick<LineRowProps, 'line' | 'refused'>) {
  const { order, carrier, trackingNumber } = line;
  const tracking = [carrier.trim(), trackingNumber.trim()].filter((part) => part !== '').join(' ');
  if (refused)
    return (
      <Said>
        <p className="inline-flex items-center gap-1.5 text-error">
          <CircleX className="size-4 shrink-0" aria-hidden />
          {order.storeName} refused it
        </p>
        <OpenOrder order={order} />
      </Said>
    );
  return (
    <Said>
      {tracking !== '' && <span className="min-w-0 wrap-anywhere">{tracking}</span>}
      <span className="inline-flex items-center gap-1.5 text-success">
        <CircleCheck className="size-4 shrink-0" aria-hidden />
        Reported
      </span>
    </Said>
  );
}

/** Why the last try failed, and what to do. */
export function LineFailure({ line }: { line: ShipLine }) {
  const { order, failure } = line;
  const standing = standingOf(line);
  if (failure === null || standing === 'reported') return null;
  return (
    <div role="alert" className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-error">
      <p className="min-w-0">
        <CircleX className="mr-1.5 inline size-4 align-text-bottom" aria-hidden />
        {failure.message} {!isSettled(failure) && 'Trying again reports it once, whatever became of this try.'}
      </p>
      {failure.requestId !== null && !isSettled(failure) && (
        <span className="inline-flex items-center gap-1 text-xs text-muted">
          Request id <code className="break-all">{failure.requestId}</code>
          <CopyButton text={failure.requestId} label="Copy the request id" />
        </span>
      )}
      {isSettled(failure) && standing === 'open' && <OpenOrder order={order} />}
    </div>
  );
}
