import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { ApiProblem, api } from '~/api.ts';
import type { Location, PostedStock } from '~/api-model/stock.ts';
import { counted } from '~/parts/amounts.ts';
import { Button } from '~/parts/button.tsx';
import { Dialog } from '~/parts/dialog.tsx';
import { Problem } from '~/parts/problem.tsx';
import { Switch } from '~/parts/switch.tsx';
import { DocumentLines } from '~/screens/inventory/document-lines.tsx';
import { LocationSelect } from '~/screens/inventory/location-select.tsx';
import { TextField } from '~/screens/inventory/receive-dialog.tsx';
import { sayPosted } from '~/screens/inventory/stock-change.ts';
import { problemOf, problemsByLine, readLines, type StockLine, unpostedWords } from '~/screens/inventory/stock-lines.ts';

interface TransferDialogProps {
  /** Open ones, at least two. */
  locations: readonly Location[];
  locationId: string | undefined;
  onClose: () => void;
}

/** Units that were moved from one location to another. */
export function TransferDialog({ locations, locationId, onClose }: TransferDialogProps) {
  const formId = useId();
  const first = locations.find(({ id }) => id === locationId) ?? locations[0];
  const [from, setFrom] = useState(first?.id ?? '');
  const [to, setTo] = useState(locations.find(({ id }) => id !== first?.id)?.id ?? '');
  const [lines, setLines] = useState<StockLine[]>([]);
  const [note, setNote] = useState('');
  const [belowZero, setBelowZero] = useState(false);
  const [tried, setTried] = useState(false);
  const transfer = useTransfer(locations.find(({ id }) => id === to)?.name ?? '', onClose);
  const same = from === to ? 'Choose two different locations.' : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    const read = readLines(lines, 1);
    if (read === null || same !== undefined || lines.some((line) => problemOf(line, 1, !belowZero) !== null)) return;
    transfer.mutate({ fromLocationId: from, toLocationId: to, belowZero, note: note.trim(), lines: read });
  };
  const refused = transfer.error instanceof ApiProblem ? problemsByLine(transfer.error.issues) : new Map<number, string>();
  return (
    <Dialog
      title="Transfer stock"
      onClose={onClose}
      unsaved={unpostedWords(lines)}
      wide
      actions={(leave) => (
        <>
          <Button onClick={leave}>Cancel</Button>
          <Button type="submit" form={formId} look="main" busy={transfer.isPending}>
            {lines.length === 0 ? 'Transfer' : `Transfer ${counted(lines.length, 'line')}`}
          </Button>
        </>
      )}
    >
      <form id={formId} noValidate className="space-y-4" onSubmit={submit}>
        <div className="grid gap-4 sm:grid-cols-2">
          <LocationSelect
            label="From"
            locations={locations}
            value={from}
            onChange={(id) => {
              // What there is of a line is another figure elsewhere.
              setFrom(id);
              setLines([]);
            }}
          />
          <LocationSelect label="To" locations={locations} value={to} onChange={setTo} error={same} />
        </div>
        <DocumentLines
          key={from}
          lines={lines}
          onChange={setLines}
          unitsLabel="Units to move"
          least={1}
          locationId={from}
          unbound={belowZero}
          tried={tried}
          refused={refused}
        />
        <TextField label="Note" help="Stands in the stock history." value={note} limit={500} onChange={setNote} />
        <Switch
          label="Move more than is booked there"
          help="For goods that were moved before they were booked in. The location stands below zero until they are."
          checked={belowZero}
          onChange={setBelowZero}
        />
        {transfer.error !== null && <Problem thrown={transfer.error} />}
      </form>
    </Dialog>
  );
}

interface Transfer {
  fromLocationId: string;
  toLocationId: string;
  belowZero: boolean;
  note: string;
  lines: { variantId: string; units: number }[];
}

function useTransfer(destination: string, onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (transfer: Transfer) => api.post<PostedStock>('/api/inventory/transfers', transfer),
    onSuccess: (posted, { lines }) => {
      const units = lines.reduce((sum, line) => sum + line.units, 0);
      sayPosted(client, `${counted(units, 'unit')} moved to ${destination}.`, posted);
      onDone();
    },
  });
}
