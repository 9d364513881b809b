import type { ComponentProps } from 'react';
import type { Carrier, OrderDetail } from '~/api-model/orders.ts';
import { classes } from '~/parts/class-names.ts';
import { choosesCarrier } from '~/screens/orders/carriers.ts';

interface CarrierInputProps
  extends Pick<ComponentProps<'input'>, 'id' | 'className' | 'disabled' | 'aria-label' | 'aria-describedby' | 'aria-invalid'> {
  order: Pick<OrderDetail, 'carriers'>;
  /** Undefined while the store is asked. */
  carriers: readonly Carrier[] | undefined;
  /** Of a datalist with the usual names. */
  listId: string;
  /** Stands there until the store has answered. */
  waiting?: string;
  value: string;
  onChange: (carrier: string) => void;
  onBlur?: () => void;
}

/** The store's own list where it has one, else a name. */
export function CarrierInput({
  order,
  carriers,
  listId,
  waiting = 'Asking the store',
  value,
  onChange,
  onBlur,
  className,
  disabled = false,
  ...tie
}: CarrierInputProps) {
  if (!choosesCarrier(order, carriers))
    return (
      <input
        {...tie}
        className={classes('input h-9', className)}
        list={listId}
        maxLength={100}
        autoComplete="off"
        placeholder="Such as DHL"
        value={value}
        disabled={disabled}
        onBlur={onBlur}
        onChange={(event) => onChange(event.target.value)}
      />
    );
  return (
    <select
      {...tie}
      className={classes('select h-9', className)}
      value={value}
      disabled={disabled || carriers === undefined}
      onBlur={onBlur}
      onChange={(event) => onChange(event.target.value)}
    >
      <option value="">{carriers === undefined ? waiting : 'Choose a carrier'}</option>
      {carriers?.map(({ code, name }) => (
        <option key={code} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}

export const CarrierNames = ({ id, names }: { id: string; names: readonly string[] }) => (
  <datalist id={id}>
    {names.map((name) => (
      <option key={name} value={name} />
    ))}
  </datalist>
);
