import { X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { count } from '~/parts/amounts.ts';
import { IconButton } from '~/parts/button.tsx';
import type { StockLine } from '~/screens/inventory/stock-lines.ts';

interface LineTableProps {
  lines: readonly StockLine[];
  /** What the figures are: "Units received". */
  unitsLabel: string;
  /** By place in the list; null where a line is whole. */
  problems: readonly (string | null)[];
  onChange: (lines: StockLine[]) => void;
  onLeave: (line: StockLine) => void;
}

/** The lines of a document: the newest one takes the focus, Enter leaves the figure for the next thing. */
export function LineTable({ lines, unitsLabel, problems, onChange, onLeave }: LineTableProps) {
  const body = useRef<HTMLTableSectionElement>(null);
  const known = useRef(lines.length);
  useEffect(() => {
    if (lines.length === known.current + 1) body.current?.querySelector<HTMLInputElement>('tr:last-child input')?.focus();
    known.current = lines.length;
  }, [lines.length]);
  if (lines.length === 0) return null;
  const withOnHand = lines.some(({ onHand }) => onHand !== null);
  const set = (at: number, units: string) => onChange(lines.map((line, index) => (index === at ? { ...line, units } : line)));
  return (
    <table className="w-full">
      <caption className="sr-only">Lines</caption>
      <thead>
        <tr className="border-b border-base-300 text-left text-xs text-muted">
          <th scope="col" className="py-1.5 font-medium">
            Product
          </th>
          {withOnHand && (
            <th scope="col" className="figures w-16 font-medium">
              There
            </th>
          )}
          <th scope="col" className="figures w-28 pr-1 font-medium">
            {unitsLabel}
          </th>
          <th scope="col" className="w-9">
            <span className="sr-only">Take out</span>
          </th>
        </tr>
      </thead>
      <tbody ref={body}>
        {lines.map((line, at) => (
          <tr key={line.variantId} className="border-b border-base-300 align-top last:border-0">
            <th scope="row" className="max-w-0 py-2 pr-3 text-left font-normal">
              <span className="block wrap-anywhere">{line.name}</span>
              <span className="block text-xs wrap-anywhere text-muted">{line.sku || 'No SKU'}</span>
              {problems[at] != null && (
                <span id={`problem-${line.variantId}`} role="alert" className="block text-xs text-error">
                  {problems[at]}
                </span>
              )}
            </th>
            {withOnHand && <td className="figures py-3.5 text-muted">{line.onHand === null ? '–' : count(line.onHand)}</td>}
            <td className="py-2 pl-3">
              <input
                aria-label={`${unitsLabel} of ${line.name}`}
                aria-invalid={problems[at] != null}
                aria-describedby={problems[at] == null ? undefined : `problem-${line.variantId}`}
                inputMode="numeric"
                value={line.units}
                onChange={(event) => set(at, event.target.value)}
                onBlur={() => onLeave(line)}
                className="input h-9 text-right tabular-nums"
              />
            </td>
            <td className="py-2.5 text-right">
              <IconButton
                label={`Take out ${line.name}`}
                icon={X}
                onClick={() => onChange(lines.filter(({ variantId }) => variantId !== line.variantId))}
              />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
