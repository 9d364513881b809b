import { RotateCw } from 'lucide-react';
import { counted } from '~/parts/amounts.ts';
import { Button } from '~/parts/button.tsx';
import type { ShipLine } from '~/screens/orders/ship-many/ship-lines.ts';
import { summaryWords, tallyOf } from '~/screens/orders/ship-many/ship-words.ts';
import type { Progress, ShipLines } from '~/screens/orders/ship-many/use-ship-lines.ts';

interface ShipActsProps {
  shipping: ShipLines;
  onSend: (chosen: readonly ShipLine[]) => void;
  /** Asks first where something would be lost. */
  onLeave: () => void;
}

/** What will be sent, in words, and the button for it; while it is sent, how far it is. */
export function ShipActs({ shipping: { lines, progress, stop }, onSend, onLeave }: ShipActsProps) {
  const { fresh, failed, reported, reading } = tallyOf(lines);
  if (progress !== null) return <Sending progress={progress} onStop={stop} />;
  const left = fresh.length + failed.length;
  return (
    <>
      <p className="min-w-0 flex-1 max-sm:basis-full" aria-live="polite">
        {summaryWords(lines)}
      </p>
      {left > 0 || reading > 0 ? (
        <Button onClick={onLeave}>{reported.length > 0 ? 'Close' : 'Cancel'}</Button>
      ) : (
        <Button look="main" onClick={onLeave}>
          {reported.length > 0 ? 'Done' : 'Close'}
        </Button>
      )}
      {failed.length > 0 && (
        <Button look={fresh.length > 0 ? 'plain' : 'main'} icon={RotateCw} onClick={() => onSend(failed)}>
          Try {counted(failed.length, 'shipment')} again
        </Button>
      )}
      {fresh.length > 0 && (
        <Button look="main" disabled={reading > 0} onClick={() => onSend(fresh)}>
          Report {counted(fresh.length, 'shipment')}
        </Button>
      )}
    </>
  );
}

function Sending({ progress: { done, all, stopping }, onStop }: { progress: Progress; onStop: () => void }) {
  return (
    <>
      <div className="flex min-w-0 flex-1 items-center gap-3">
        <progress className="progress h-1.5 min-w-0 flex-1 text-primary" aria-label="Shipments reported" value={done} max={all} />
        <span className="whitespace-nowrap tabular-nums" aria-live="polite">
          {done} of {all}
        </span>
      </div>
      <Button disabled={stopping} onClick={onStop}>
        {stopping ? 'Stopping' : 'Stop'}
      </Button>
    </>
  );
}
