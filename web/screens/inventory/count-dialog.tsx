import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ArrowLeft, Download } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import { ApiProblem, api, withQuery } from '~/api.ts';
import type { Location, StockDifferences } from '~/api-model/stock.ts';
import { counted } from '~/parts/amounts.ts';
import { Button } from '~/parts/button.tsx';
import { FileIssues } from '~/parts/csv-import.tsx';
import { Dialog } from '~/parts/dialog.tsx';
import { Field } from '~/parts/field.tsx';
import { Problem } from '~/parts/problem.tsx';
import { zoneHere } from '~/parts/relative-time.ts';
import { remember, remembered } from '~/parts/remembered.ts';
import { Tabs } from '~/parts/toolbar.tsx';
import { localMoment, readMoment } from '~/screens/inventory/count-moment.ts';
import { DifferencesTable } from '~/screens/inventory/differences-table.tsx';
import { DocumentLines } from '~/screens/inventory/document-lines.tsx';
import { LocationSelect } from '~/screens/inventory/location-select.tsx';
import { TextField } from '~/screens/inventory/receive-dialog.tsx';
import { sayPosted } from '~/screens/inventory/stock-change.ts';
import { problemsByLine, readLines, type StockLine, unpostedWords } from '~/screens/inventory/stock-lines.ts';

interface CountDialogProps {
  locations: readonly Location[];
  locationId: string | undefined;
  onClose: () => void;
}

type Way = 'hand' | 'file';
interface Entry {
  way: Way;
  place: string;
  /** As the field shows it, and the very moment. */
  began: string;
  exact: Date;
  note: string;
  lines: StockLine[];
  file: File | null;
}

const ways = [
  { value: 'hand', label: 'By hand' },
  { value: 'file', label: 'By file' },
] as const;

const beganKey = (place: string) => `count-began-${place}`;
const beganAt = (exact: Date) => ({ exact, began: localMoment(exact) });

/** When the sheet of this place was taken, if this browser took one. */
function begunAt(place: string): Partial<Entry> {
  const at = new Date(remembered(beganKey(place)) ?? '');
  return Number.isNaN(at.getTime()) ? {} : beganAt(at);
}

/** What was counted, by hand or in a file: shown against what is booked first, then posted. */
export function CountDialog({ locations, locationId, onClose }: CountDialogProps) {
  const formId = useId();
  const [entry, setEntry] = useState<Entry>(() => {
    const place = locations.find(({ id }) => id === locationId)?.id ?? locations[0]?.id ?? '';
    return { way: 'hand', place, ...beganAt(new Date()), note: '', lines: [], file: null };
  });
  const [tried, setTried] = useState(false);
  const client = useQueryClient();
  const preview = useMutation({ mutationFn: () => send(entry, false) });
  const apply = useMutation({
    mutationFn: () => send(entry, true),
    onSuccess: (posted) => {
      remember(beganKey(entry.place), null);
      sayPosted(client, `The count is posted: ${counted(posted.differing, 'difference')}. Linked stores follow.`, posted);
      onClose();
    },
  });
  const moment = readMoment(entry.began, new Date(), entry.exact);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!('problem' in moment) && (entry.way === 'file' ? entry.file !== null : readLines(entry.lines, 0) !== null))
      preview.mutate();
  };
  const found = preview.data;
  const back = () => {
    preview.reset();
    apply.reset();
  };
  return (
    <Dialog
      title={found === undefined ? 'Count stock' : 'What the count changes'}
      onClose={onClose}
      unsaved={found?.differing === 0 ? null : unpostedWords(entry.lines)}
      wide
      actions={(leave) =>
        found === undefined ? (
          <>
            <Button onClick={leave}>Cancel</Button>
            <Button type="submit" form={formId} look="main" busy={preview.isPending}>
              Show the differences
            </Button>
          </>
        ) : (
          <>
            <Button icon={ArrowLeft} onClick={back} className="mr-auto">
              Back
            </Button>
            {found.differing === 0 ? (
              <Button look="main" onClick={onClose}>
                Done
              </Button>
            ) : (
              <Button look="main" busy={apply.isPending} onClick={() => apply.mutate()}>
                Post {counted(found.differing, 'difference')}
              </Button>
            )}
          </>
        )
      }
    >
      {found !== undefined ? (
        <div className="space-y-3">
          <DifferencesTable found={found} />
          {found.differing > 0 && <p className="text-xs text-muted">Nothing is changed before you post it.</p>}
          {apply.error !== null && <Problem thrown={apply.error} />}
        </div>
      ) : (
        <form id={formId} noValidate className="space-y-4" onSubmit={submit}>
          <CountFields
            entry={entry}
            locations={locations}
            tried={tried}
            momentProblem={'problem' in moment ? moment.problem : undefined}
            refusal={preview.error}
            onChange={(part) => {
              setEntry((before) => ({ ...before, ...part }));
              preview.reset();
            }}
          />
        </form>
      )}
    </Dialog>
  );
}

/** The same count, to be shown or to be posted. */
async function send({ way, place, began, exact, note, lines, file }: Entry, apply: boolean): Promise<StockDifferences> {
  const moment = readMoment(began, new Date(), exact);
  if ('problem' in moment) throw new Error(moment.problem);
  const more = { locationId: place, note: note.trim(), apply, since: moment.since };
  if (way === 'file' && file !== null) return await api.postCsv(withQuery('/api/inventory/stocktakes.csv', more), file);
  const read = readLines(lines, 0) ?? [];
  return await api.post('/api/inventory/stocktakes', {
    ...more,
    lines: read.map(({ variantId, units }) => ({ variantId, counted: units })),
  });
}

interface FieldsProps {
  entry: Entry;
  locations: readonly Location[];
  tried: boolean;
  momentProblem: string | undefined;
  refusal: Error | null;
  onChange: (part: Partial<Entry>) => void;
}

function CountFields({ entry, locations, tried, momentProblem, refusal, onChange }: FieldsProps) {
  const fileRefused = refusal instanceof ApiProblem && refusal.code === 'file_rejected' ? refusal : null;
  const refused = refusal instanceof ApiProblem ? problemsByLine(refusal.issues) : new Map<number, string>();
  return (
    <>
      <Tabs
        label="How it was counted"
        value={entry.way}
        tabs={ways}
        onChange={(way) => onChange(way === 'file' ? { way, ...begunAt(entry.place) } : { way })}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <LocationSelect
          label="Location"
          locations={locations}
          value={entry.place}
          onChange={(place) => onChange({ place, ...begunAt(place) })}
        />
        <Field
          label="The count began"
          help={`By your clock (${zoneHere(new Date())}). What was sold, received or moved since then is taken into account.`}
          error={momentProblem}
        >
          {(tie) => (
            <input
              {...tie}
              type="datetime-local"
              value={entry.began}
              onChange={(event) => onChange({ began: event.target.value })}
              className="input h-9"
            />
          )}
        </Field>
      </div>
      {entry.way === 'hand' ? (
        <DocumentLines
          lines={entry.lines}
          onChange={(lines) => onChange({ lines })}
          unitsLabel="Units counted"
          least={0}
          locationId={null}
          tried={tried}
          refused={refused}
        />
      ) : (
        <FileFields entry={entry} tried={tried} onChange={onChange} />
      )}
      <TextField
        label="Note"
        help="Stands in the stock history."
        value={entry.note}
        limit={500}
        onChange={(note) => onChange({ note })}
      />
      {fileRefused !== null ? <FileIssues problem={fileRefused} /> : refusal !== null && <Problem thrown={refusal} />}
    </>
  );
}

function FileFields({ entry, tried, onChange }: Pick<FieldsProps, 'entry' | 'tried' | 'onChange'>) {
  const begin = () => {
    const now = new Date();
    remember(beganKey(entry.place), now.toISOString());
    onChange(beganAt(now));
  };
  return (
    <ol className="list-decimal space-y-4 pl-5">
      <li>
        <a
          href={withQuery('/api/inventory/export.csv', { sheet: true, locationId: entry.place, sort: 'title' })}
          download
          onClick={begin}
          className="btn btn-sm border-base-300 bg-base-100 hover:bg-base-200"
        >
          <Download className="size-4" aria-hidden />
          Download a count sheet
        </a>
        <p className="mt-1 text-xs text-muted">
          Everything with a SKU that is counted here. The count begins now; this browser remembers when.
        </p>
      </li>
      <li>
        Write what you count into the column “counted”; delete the lines that were not counted. A blank one stops the whole file.
      </li>
      <li>
        <Field
          label="The filled-in sheet"
          help="Any CSV with the columns “sku” and “counted” will do. Nothing is applied unless every line of it can be."
          error={tried && entry.file === null ? 'Choose the CSV file.' : undefined}
        >
          {(tie) => (
            <input
              {...tie}
              type="file"
              accept=".csv,text/csv"
              className="block w-full rounded-field border border-base-300 p-2 file:mr-3 file:rounded file:border-0 file:bg-base-200 file:px-3 file:py-1.5 file:text-base-content"
              onChange={(event) => onChange({ file: event.target.files?.[0] ?? null, ...begunAt(entry.place) })}
            />
          )}
        </Field>
      </li>
    </ol>
  );
}
