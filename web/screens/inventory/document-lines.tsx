import { useState } from 'react';
import { LineTable } from '~/screens/inventory/line-table.tsx';
import { problemOf, type StockLine, withLine } from '~/screens/inventory/stock-lines.ts';
import { VariantSearch } from '~/screens/inventory/variant-search.tsx';

interface DocumentLinesProps {
  lines: readonly StockLine[];
  onChange: (lines: StockLine[]) => void;
  unitsLabel: string;
  /** The fewest units that make sense. */
  least: 0 | 1;
  /** Things are searched here, and there must be as many; null: anything of the catalog, any number. */
  locationId: string | null;
  /** More than there is is meant. */
  unbound?: boolean;
  /** Somebody tried to go on: now every line says what it lacks. */
  tried: boolean;
  /** What the server said of lines, by place. */
  refused: ReadonlyMap<number, string>;
}

/** Search on top, what was chosen below it: the part that a receipt, a transfer and a count have in common. */
export function DocumentLines({
  lines,
  onChange,
  unitsLabel,
  least,
  locationId,
  unbound = false,
  tried,
  refused,
}: DocumentLinesProps) {
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const problems = lines.map((line, at) => {
    const own = problemOf(line, least, locationId !== null && !unbound);
    return (tried || left.has(line.variantId) ? own : null) ?? refused.get(at) ?? null;
  });
  return (
    <div className="space-y-2">
      <VariantSearch
        locationId={locationId}
        chosen={new Set(lines.map(({ variantId }) => variantId))}
        onChoose={(choice) => onChange(withLine(lines, choice))}
      />
      <LineTable
        lines={lines}
        unitsLabel={unitsLabel}
        problems={problems}
        onChange={onChange}
        onLeave={({ variantId, units }) => units !== '' && setLeft((before) => new Set([...before, variantId]))}
      />
      {tried && lines.length === 0 && (
        <p role="alert" className="text-xs text-error">
          Add at least one product.
        </p>
      )}
    </div>
  );
}
