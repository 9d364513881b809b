import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ListPlus } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import { ApiProblem, api } from '~/api.ts';
import type { InventoryItem, Location, PostedStock } from '~/api-model/stock.ts';
import type { Page } from '~/api-model.ts';
import { counted } from '~/parts/amounts.ts';
import { Button } from '~/parts/button.tsx';
import { Dialog } from '~/parts/dialog.tsx';
import { Field } from '~/parts/field.tsx';
import { Problem } from '~/parts/problem.tsx';
import { DocumentLines } from '~/screens/inventory/document-lines.tsx';
import { itemName } from '~/screens/inventory/item-name.ts';
import { LocationSelect } from '~/screens/inventory/location-select.tsx';
import { sayPosted } from '~/screens/inventory/stock-change.ts';
import {
  noteOf,
  problemsByLine,
  readLines,
  type StockLine,
  suggestedUnits,
  unpostedWords,
} from '~/screens/inventory/stock-lines.ts';

interface ReceiveDialogProps {
  /** Open ones, the default one first. */
  locations: readonly Location[];
  /** Where it was looked at. */
  locationId: string | undefined;
  onClose: () => void;
}

/** Goods that came in: several things on one document. */
export function ReceiveDialog({ locations, locationId, onClose }: ReceiveDialogProps) {
  const formId = useId();
  const client = useQueryClient();
  const [place, setPlace] = useState(locations.find(({ id }) => id === locationId)?.id ?? locations[0]?.id ?? '');
  const [lines, setLines] = useState<StockLine[]>([]);
  const [reference, setReference] = useState('');
  const [note, setNote] = useState('');
  const [tried, setTried] = useState(false);
  const receive = useMutation({
    mutationFn: (read: { variantId: string; units: number }[]) =>
      api.post<PostedStock>('/api/inventory/receipts', { locationId: place, note: noteOf(reference, note), lines: read }),
    onSuccess: (posted, read) => {
      const units = read.reduce((sum, line) => sum + line.units, 0);
      sayPosted(client, `${counted(units, 'unit')} received. Linked stores follow.`, posted);
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    const read = readLines(lines, 1);
    if (read !== null) receive.mutate(read);
  };
  const refused = receive.error instanceof ApiProblem ? problemsByLine(receive.error.issues) : new Map<number, string>();
  return (
    <Dialog
      title="Receive goods"
      onClose={onClose}
      unsaved={unpostedWords(lines)}
      wide
      actions={(leave) => (
        <>
          <Button onClick={leave}>Cancel</Button>
          <Button type="submit" form={formId} look="main" busy={receive.isPending}>
            {lines.length === 0 ? 'Receive' : `Receive ${counted(lines.length, 'line')}`}
          </Button>
        </>
      )}
    >
      <form id={formId} noValidate className="space-y-4" onSubmit={submit}>
        <LocationSelect label="Location" locations={locations} value={place} onChange={setPlace} />
        <DocumentLines
          lines={lines}
          onChange={setLines}
          unitsLabel="Units received"
          least={1}
          locationId={null}
          tried={tried}
          refused={refused}
        />
        <Suggested locationId={place} lines={lines} onAdd={(more) => setLines([...lines, ...more])} />
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField
            label="Reference"
            help="Such as the number of the delivery note."
            value={reference}
            limit={100}
            onChange={setReference}
          />
          <TextField label="Note" help="Stands in the stock history." value={note} limit={390} onChange={setNote} />
        </div>
        {receive.error !== null && <Problem thrown={receive.error} />}
      </form>
    </Dialog>
  );
}

interface TextFieldProps {
  label: string;
  help: string;
  value: string;
  limit: number;
  onChange: (value: string) => void;
}

export function TextField({ label, help, value, limit, onChange }: TextFieldProps) {
  return (
    <Field label={label} help={help} optional>
      {(tie) => (
        <input
          {...tie}
          value={value}
          maxLength={limit}
          onChange={(event) => onChange(event.target.value)}
          className="input h-9"
        />
      )}
    </Field>
  );
}

const linesAtMost = 100;

/** What was never given a reorder point is not missed when it is sold out, unless more was sold than there was. */
const isReordered = ({ reorderPoint, reorderQuantity, available }: InventoryItem): boolean =>
  reorderPoint > 0 || reorderQuantity > 0 || available < 0;

/** What is low here and was given a reorder point or quantity, in the amounts that bring it back. */
function Suggested({
  locationId,
  lines,
  onAdd,
}: {
  locationId: string;
  lines: StockLine[];
  onAdd: (lines: StockLine[]) => void;
}) {
  const { data } = useQuery({
    queryKey: ['inventory', 'low at', locationId],
    queryFn: async ({ signal }) => {
      const query = { low: true, locationId, sort: 'available', limit: linesAtMost };
      return (await api.get<Page<InventoryItem>>('/api/inventory', query, signal)).items;
    },
  });
  const chosen = new Set(lines.map(({ variantId }) => variantId));
  const low = (data ?? []).filter((item) => !chosen.has(item.variantId) && isReordered(item));
  if (low.length === 0) return null;
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-muted">
      <span>{counted(low.length, 'thing is', 'things are')} low here.</span>
      <Button
        small
        icon={ListPlus}
        onClick={() =>
          onAdd(
            low.map((item) => ({
              variantId: item.variantId,
              name: itemName(item),
              sku: item.sku,
              units: String(suggestedUnits(item)),
              onHand: null,
            })),
          )
        }
      >
        Add them in the suggested amounts
      </Button>
    </p>
  );
}
