import { TriangleAlert } from 'lucide-react';
import { type ClipboardEvent, type KeyboardEvent, useId } from 'react';
import type { OrderDetail } from '~/api-model/orders.ts';
import { CarrierInput } from '~/screens/orders/carrier-input.tsx';
import type { LineRowProps } from '~/screens/orders/ship-many/line-props.ts';
import { problemsOf, type TypedField } from '~/screens/orders/ship-many/ship-lines.ts';

/** Who carries it, and its number; with what is wrong with them. */
export function LineFields({
  line,
  detail,
  all,
  sharedWith,
  sending,
  listId,
  onChange,
  onPaste,
  onRead,
}: LineRowProps & { detail: OrderDetail }) {
  const noteId = useId();
  const { order, carriersUnread } = line;
  const problems = problemsOf(line, all);
  const of = `of order ${order.number}`;
  const leave = (field: TypedField) => onChange(order.id, { left: { ...line.left, [field]: true } });
  const paste = (event: ClipboardEvent) => {
    if (onPaste(order.id, event.clipboardData.getData('text/plain'))) event.preventDefault();
  };
  const tie = (field: TypedField) => ({
    'aria-describedby': noteId,
    'aria-invalid': problems[field] !== undefined,
    disabled: sending,
    onBlur: () => leave(field),
  });
  return (
    <div className="space-y-1">
      <div className="grid gap-2 md:grid-cols-[10rem_minmax(0,1fr)]">
        <CarrierInput
          {...tie('carrier')}
          aria-label={`Carrier ${of}`}
          className="w-full"
          order={detail}
          carriers={line.carriers}
          listId={listId}
          waiting={carriersUnread === null ? 'Asking the store' : 'Not known'}
          value={line.carrier}
          onChange={(carrier) => onChange(order.id, { carrier })}
        />
        <input
          {...tie('trackingNumber')}
          aria-label={`Tracking number ${of}`}
          className="input h-9 w-full"
          placeholder="Tracking number"
          maxLength={100}
          autoComplete="off"
          data-tracking
          value={line.trackingNumber}
          onChange={(event) => onChange(order.id, { trackingNumber: event.target.value })}
          onPaste={paste}
          onKeyDown={toNextNumber}
        />
      </div>
      <div id={noteId} className="space-y-1 text-xs empty:hidden">
        {carriersUnread !== null && (
          <p role="alert" className="text-error">
            The carriers could not be read: {carriersUnread}{' '}
            <button type="button" className="link" onClick={() => onRead(order.id)}>
              Ask again
            </button>
          </p>
        )}
        {Object.values(problems).map((problem) => (
          <p key={problem} role="alert" className="text-error">
            {problem}
          </p>
        ))}
        {sharedWith !== '' && (
          <p className="text-warning">
            <TriangleAlert className="mr-1 inline size-4 align-text-bottom" aria-hidden />
            Also the number of order {sharedWith}. Right if it is one parcel.
          </p>
        )}
      </div>
    </div>
  );
}

/** Scanners end a number with Enter: on to the next one, and never off with the shipments. */
function toNextNumber(event: KeyboardEvent<HTMLInputElement>): void {
  if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
  event.preventDefault();
  const fields = [...(event.currentTarget.closest('ul')?.querySelectorAll<HTMLElement>('[data-tracking]') ?? [])];
  fields[fields.indexOf(event.currentTarget) + 1]?.focus();
}
