import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { toast } from 'sonner';
import { api } from '~/api.ts';
import { count, signed } from '~/parts/amounts.ts';
import { Button } from '~/parts/button.tsx';
import { Dialog } from '~/parts/dialog.tsx';
import { Field } from '~/parts/field.tsx';
import { Problem } from '~/parts/problem.tsx';
import { Tabs } from '~/parts/toolbar.tsx';
import { locationsQuery } from '~/queries.ts';
import { readAdjustment } from '~/screens/inventory/adjustment.ts';

interface AdjustDialogProps {
  variantId: string;
  name: string;
  onHand: number;
  reserved: number;
  /** Where; without one the person chooses, if there is a choice. */
  locationId?: string;
  onClose: () => void;
}

/** Corrects a count: what came in or went out, or what was counted. It becomes a line of the stock ledger. */
export function AdjustDialog({ variantId, name, onHand, reserved, locationId, onClose }: AdjustDialogProps) {
  const [way, setWay] = useState<'delta' | 'counted'>('counted');
  const [typed, setTyped] = useState('');
  const [note, setNote] = useState('');
  const [left, setLeft] = useState(false);
  const [place, setPlace] = useState(locationId);
  const { data: locations = [] } = useQuery(locationsQuery);
  const read = readAdjustment(way, typed, onHand);
  const adjust = useAdjust(name, onClose);
  const submit = () => {
    setLeft(true);
    if ('problem' in read) return;
    adjust.mutate({ variantId, ...(place === undefined ? {} : { locationId: place }), [way]: read.value, note: note.trim() });
  };
  const severalPlaces = locationId === undefined && locations.length > 1;
  return (
    <Dialog
      title={`Stock of ${name}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="main" busy={adjust.isPending} onClick={submit}>
            Save
          </Button>
        </>
      }
    >
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Tabs
          label="Kind of change"
          value={way}
          tabs={[
            { value: 'counted', label: 'Counted' },
            { value: 'delta', label: 'Came in or went out' },
          ]}
          onChange={setWay}
        />
        {severalPlaces && (
          <Field label="Location">
            {(tie) => (
              <select
                {...tie}
                className="select h-9"
                value={place ?? locations[0]?.id}
                onChange={(event) => setPlace(event.target.value)}
              >
                {locations.map(({ id, name: label }) => (
                  <option key={id} value={id}>
                    {label}
                  </option>
                ))}
              </select>
            )}
          </Field>
        )}
        <Field
          label={way === 'counted' ? 'Units counted on hand' : 'Units, with + or -'}
          help={way === 'counted' ? 'Reserved ones included.' : 'Such as +12 for a delivery, -1 for one that broke.'}
          error={left && 'problem' in read ? read.problem : undefined}
        >
          {(tie) => (
            <input
              {...tie}
              ref={focusFirst}
              inputMode={way === 'counted' ? 'numeric' : 'text'}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              onBlur={() => setLeft(typed !== '')}
              className="input h-9 text-right tabular-nums"
            />
          )}
        </Field>
        <Field label="Note" help="Stands in the stock history." optional>
          {(tie) => (
            <input
              {...tie}
              value={note}
              maxLength={200}
              onChange={(event) => setNote(event.target.value)}
              className="input h-9"
            />
          )}
        </Field>
        {!severalPlaces && <Effect onHand={onHand} reserved={reserved} after={'problem' in read ? null : read.onHand} />}
        {adjust.error !== null && <Problem thrown={adjust.error} />}
        <button type="submit" className="sr-only" tabIndex={-1}>
          Save
        </button>
      </form>
    </Dialog>
  );
}

const focusFirst = (input: HTMLInputElement | null) => input?.focus();

/** What the change does to the figures, before it is saved. */
function Effect({ onHand, reserved, after }: { onHand: number; reserved: number; after: number | null }) {
  const rows = [
    ['On hand', onHand, after],
    ['Reserved', reserved, after === null ? null : reserved],
    ['Available', onHand - reserved, after === null ? null : after - reserved],
  ] as const;
  return (
    <table className="w-full rounded-box bg-base-200">
      <caption className="sr-only">Before and after</caption>
      <tbody>
        {rows.map(([label, before, then]) => (
          <tr key={label}>
            <th scope="row" className="px-3 py-1 text-left font-normal text-muted">
              {label}
            </th>
            <td className="figures px-3 py-1">{count(before)}</td>
            <td className="figures w-24 px-3 py-1 font-medium">{then === null ? '' : `→ ${count(then)}`}</td>
            <td className="figures w-20 px-3 py-1 text-muted">{then === null || then === before ? '' : signed(then - before)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface Adjustment {
  variantId: string;
  locationId?: string;
  delta?: number;
  counted?: number;
  note: string;
}

function useAdjust(name: string, onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (adjustment: Adjustment) => api.post('/api/inventory/adjust', adjustment),
    onSuccess: () => {
      toast(`Stock of ${name} changed. Linked stores follow.`);
      for (const noun of ['inventory', 'inventory-transactions', 'product', 'products', 'explanation'])
        void client.invalidateQueries({ queryKey: [noun] });
      onDone();
    },
  });
}
