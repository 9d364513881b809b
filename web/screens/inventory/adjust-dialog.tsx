import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { toast } from 'sonner';
import { api } from '~/api.ts';
import type { Location } from '~/api-model/stock.ts';
import { count, signed } from '~/parts/amounts.ts';
import { Button } from '~/parts/button.tsx';
import { Dialog } from '~/parts/dialog.tsx';
import { Field } from '~/parts/field.tsx';
import { Problem } from '~/parts/problem.tsx';
import { Tabs } from '~/parts/toolbar.tsx';
import { locationsQuery } from '~/queries.ts';
import { asksBelowZero, readAdjustment } from '~/screens/inventory/adjustment.ts';
import { refreshStock } from '~/screens/inventory/stock-change.ts';

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
  const formId = useId();
  const { data: locations = noLocations } = useQuery(locationsQuery);
  const [entry, setEntry] = useState<Entry>({ way: 'counted', typed: '', note: '', place: locationId });
  const [left, setLeft] = useState(false);
  const adjust = useAdjust(name, onClose);
  const read = readAdjustment(entry.way, entry.typed, onHand);
  const open = locations.filter(({ isActive }) => isActive);
  const choice = locationId === undefined && open.length > 1 ? open : noLocations;
  const question = asksBelowZero(adjust.error);
  const change = (part: Partial<Entry>) => {
    setEntry((before) => ({ ...before, ...part }));
    // What was asked, or refused, was another figure.
    if (adjust.isError) adjust.reset();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setLeft(true);
    if ('problem' in read) return;
    const place = entry.place ?? choice[0]?.id;
    const where = place === undefined ? {} : { locationId: place };
    adjust.mutate({ variantId, ...where, [entry.way]: read.value, note: entry.note.trim() });
  };
  return (
    <Dialog
      title={`Stock of ${name}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          {question === null ? (
            <Button key="save" type="submit" form={formId} look="main" busy={adjust.isPending}>
              Save
            </Button>
          ) : (
            <Button
              key="meant"
              look="danger"
              onClick={() => adjust.variables !== undefined && adjust.mutate({ ...adjust.variables, belowZero: true })}
            >
              It is meant
            </Button>
          )}
        </>
      }
    >
      <form id={formId} className="space-y-4" onSubmit={submit}>
        <AdjustFields
          entry={entry}
          locations={choice}
          error={left && 'problem' in read ? read.problem : undefined}
          onChange={change}
          onLeave={() => setLeft(entry.typed !== '')}
        />
        {choice.length === 0 && <Effect onHand={onHand} reserved={reserved} after={'problem' in read ? null : read.onHand} />}
        {question !== null ? <Question>{question}</Question> : adjust.error !== null && <Problem thrown={adjust.error} />}
      </form>
    </Dialog>
  );
}

const noLocations: Location[] = [];

interface Entry {
  way: 'counted' | 'delta';
  typed: string;
  note: string;
  place: string | undefined;
}

interface AdjustFieldsProps {
  entry: Entry;
  /** To choose from; empty where there is no choice. */
  locations: Location[];
  error: string | undefined;
  onChange: (part: Partial<Entry>) => void;
  onLeave: () => void;
}

function AdjustFields({ entry, locations, error, onChange, onLeave }: AdjustFieldsProps) {
  const counted = entry.way === 'counted';
  return (
    <>
      <Tabs label="Kind of change" value={entry.way} tabs={ways} onChange={(way) => onChange({ way })} />
      {locations.length > 0 && (
        <Field label="Location">
          {(tie) => (
            <select
              {...tie}
              className="select h-9"
              value={entry.place ?? locations[0]?.id}
              onChange={(event) => onChange({ place: event.target.value })}
            >
              {locations.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      <Field
        label={counted ? 'Units counted on hand' : 'Units, with + or -'}
        help={counted ? 'Reserved ones included.' : 'Such as +12 for a delivery, -1 for one that broke.'}
        error={error}
      >
        {(tie) => (
          <input
            {...tie}
            ref={takeFocus}
            inputMode={counted ? 'numeric' : 'text'}
            value={entry.typed}
            onChange={(event) => onChange({ typed: event.target.value })}
            onBlur={onLeave}
            className="input h-9 text-right tabular-nums"
          />
        )}
      </Field>
      <Field label="Note" help="Stands in the stock history." optional>
        {(tie) => (
          <input
            {...tie}
            value={entry.note}
            maxLength={500}
            onChange={(event) => onChange({ note: event.target.value })}
            className="input h-9"
          />
        )}
      </Field>
    </>
  );
}

const ways = [
  { value: 'counted', label: 'Counted' },
  { value: 'delta', label: 'Came in or went out' },
] as const;

const takeFocus = (element: HTMLElement | null) => element?.focus();

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

/** It takes the focus: the button that was pressed has gone, and the next key should not be the confirming one. */
const Question = ({ children }: { children: string }) => (
  <div ref={takeFocus} role="alert" tabIndex={-1} className="space-y-1 rounded-box border border-warning/50 bg-warning/10 p-4">
    <p className="font-medium">Less than nothing would be there</p>
    <p>{children}</p>
    <p className="text-muted">That is right for goods that went out before they were booked in.</p>
  </div>
);

interface Adjustment {
  variantId: string;
  locationId?: string;
  delta?: number;
  counted?: number;
  note: string;
  /** Said only after it was asked. */
  belowZero?: true;
}

function useAdjust(name: string, onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (adjustment: Adjustment) => api.post('/api/inventory/adjust', adjustment),
    onSuccess: () => {
      toast(`Stock of ${name} changed. Linked stores follow.`);
      refreshStock(client);
      onDone();
    },
  });
}
