import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { counted } from '~/parts/amounts.ts';
import { Button } from '~/parts/button.tsx';

interface SelectedBarProps {
  /** How many of these are selected. */
  count: number;
  /** One of them, as `counted` takes it. */
  noun: string;
  onClear: () => void;
  /** What can be done with them. */
  children: ReactNode;
}

/** Stands above a list while something of it is selected. */
export const SelectedBar = ({ count, noun, onClear, children }: SelectedBarProps) => (
  <section
    className="flex shrink-0 flex-wrap items-center gap-2 border-b border-base-300 bg-base-200 px-4 py-2"
    aria-label={`Selected ${noun}s`}
  >
    <span className="mr-2 font-medium tabular-nums" aria-live="polite">
      {counted(count, noun)} selected
    </span>
    {children}
    <Button small look="quiet" icon={X} onClick={onClear}>
      Clear
    </Button>
  </section>
);
