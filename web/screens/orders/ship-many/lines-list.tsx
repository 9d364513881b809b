import { Undo2 } from 'lucide-react';
import { useCallback, useId, useMemo, useRef, useState } from 'react';
import { Button } from '~/parts/button.tsx';
import { CarrierNames } from '~/screens/orders/carrier-input.tsx';
import { isTracked, usualCarriers } from '~/screens/orders/carriers.ts';
import { CarrierForAll } from '~/screens/orders/ship-many/carrier-for-all.tsx';
import { type Filling, fillCarrier, fillNumbers, readPaste } from '~/screens/orders/ship-many/fill-lines.ts';
import { LineRow } from '~/screens/orders/ship-many/line-row.tsx';
import { NotHere } from '~/screens/orders/ship-many/not-here.tsx';
import { isOpen, type ShipLine, sharedNumbers, standingOf, type TypedField } from '~/screens/orders/ship-many/ship-lines.ts';
import { type ShipLines, useRefusedSince } from '~/screens/orders/ship-many/use-ship-lines.ts';

/** The lines, and what fills many of them at once. */
export function LinesList({ shipping, all }: { shipping: ShipLines; all: boolean }) {
  const { lines, change, progress } = shipping;
  const listId = useId();
  const { notice, fill, undo } = useFilling(shipping);
  const refused = useRefusedSince(lines, progress !== null);
  const shared = useMemo(() => sharedNumbers(lines), [lines]);
  const newest = useRef(lines);
  newest.current = lines;
  const paste = useCallback(
    (id: string, text: string) => {
      const rows = readPaste(text);
      if (rows === null) return false;
      fill('trackingNumber', fillNumbers(newest.current, id, rows));
      return true;
    },
    [fill],
  );
  const { read } = shipping;
  const readOne = useCallback((id: string) => read([id]), [read]);
  const elsewhere = lines.filter((line) => standingOf(line) === 'not_here' && line.failure === null);
  const here = lines.filter((line) => !elsewhere.includes(line));
  return (
    <>
      {lines.some((line) => isOpen(line) || standingOf(line) === 'reading') && (
        <CarrierForAll
          listId={listId}
          asking={lines.some(isAsking)}
          disabled={progress !== null}
          onFill={(typed) => fill('carrier', fillCarrier(lines, typed))}
        />
      )}
      <div role="status" className="flex flex-wrap items-center gap-x-3 gap-y-1 empty:hidden">
        {notice !== null && <p className="min-w-0 wrap-anywhere">{notice}</p>}
        {undo !== null && progress === null && (
          <Button small look="quiet" icon={Undo2} onClick={undo}>
            Undo
          </Button>
        )}
      </div>
      {here.length > 0 && (
        <ul className="rounded-box border border-base-300" aria-label="Orders to ship">
          {here.map((line) => (
            <LineRow
              key={line.order.id}
              line={line}
              all={all}
              sharedWith={shared.get(line.order.id)?.join(', ') ?? ''}
              refused={refused.has(line.order.id)}
              sending={progress !== null}
              listId={listId}
              onChange={change}
              onPaste={paste}
              onRead={readOne}
            />
          ))}
        </ul>
      )}
      <NotHere lines={elsewhere} />
      <CarrierNames id={listId} names={useNames(lines)} />
    </>
  );
}

/** Its store is still being asked for carriers, or the order itself is being read. */
const isAsking = (line: ShipLine): boolean =>
  standingOf(line) === 'reading' ||
  (line.detail !== null && isOpen(line) && isTracked(line.detail) && line.carriers === undefined && line.carriersUnread === null);

/** What the stores offer, then the usual ones. */
const useNames = (lines: readonly ShipLine[]): readonly string[] =>
  useMemo(
    () => [...new Set([...lines.flatMap(({ carriers }) => carriers?.map(({ name }) => name) ?? []), ...usualCarriers])],
    [lines],
  );

/** Fills many lines at once, says what it did, and takes it back. */
function useFilling({ lines, change }: ShipLines) {
  const [done, setDone] = useState<{ words: string; field: TypedField; before: ReadonlyMap<string, string> } | null>(null);
  const newest = useRef(lines);
  newest.current = lines;
  const fill = useCallback(
    (field: TypedField, { values, words }: Filling) => {
      const before = new Map(newest.current.flatMap((line) => (values.has(line.order.id) ? [[line.order.id, line[field]]] : [])));
      for (const [id, value] of values) change(id, { [field]: value });
      setDone({ words, field, before });
    },
    [change],
  );
  const open = new Set(lines.filter(isOpen).map(({ order }) => order.id));
  const takeBack = () => {
    if (done === null) return;
    for (const [id, value] of done.before) if (open.has(id)) change(id, { [done.field]: value });
    setDone(null);
  };
  // What has been sent since is past talking of.
  const filled = done === null ? [] : [...done.before.keys()];
  const stands = filled.length === 0 ? open.size > 0 : filled.some((id) => open.has(id));
  return { notice: done !== null && stands ? done.words : null, fill, undo: stands && filled.length > 0 ? takeBack : null };
}
