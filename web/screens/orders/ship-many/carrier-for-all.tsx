import { useState } from 'react';
import { Button } from '~/parts/button.tsx';
import { Field } from '~/parts/field.tsx';

interface CarrierForAllProps {
  /** Of a datalist with names of carriers. */
  listId: string;
  /** Stores are still being asked for theirs. */
  asking: boolean;
  disabled: boolean;
  onFill: (carrier: string) => void;
}

/** One carrier for every line that has none yet. */
export function CarrierForAll({ listId, asking, disabled, onFill }: CarrierForAllProps) {
  const [typed, setTyped] = useState('');
  const idle = typed.trim() === '' || disabled || asking;
  return (
    <Field label="Carrier for the orders that have none">
      {(tie) => (
        <div className="flex gap-2">
          <input
            {...tie}
            className="input h-9 min-w-0 flex-1"
            list={listId}
            maxLength={100}
            autoComplete="off"
            placeholder="Such as DHL"
            value={typed}
            disabled={disabled}
            onChange={(event) => setTyped(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
              event.preventDefault();
              if (!idle) onFill(typed);
            }}
          />
          <Button disabled={idle} onClick={() => onFill(typed)}>
            {asking ? 'Asking the stores' : 'Fill in'}
          </Button>
        </div>
      )}
    </Field>
  );
}
