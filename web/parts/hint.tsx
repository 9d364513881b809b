import type { ReactNode } from 'react';
import { classes } from '~/parts/class-names.ts';
import { Popover } from '~/parts/popover.tsx';

interface HintProps {
  /** What there is to know. */
  more: string;
  children: ReactNode;
  className?: string;
}

/** A word or figure that says more about itself: on hover, and for touch and keyboard when it is pressed. Not inside a link or button. */
export const Hint = ({ more, children, className }: HintProps) => (
  <Popover
    inline
    title={more}
    trigger={children}
    className={classes(
      'rounded text-left underline decoration-current/40 decoration-dotted underline-offset-4 hover:decoration-current',
      className,
    )}
    panelClassName="w-max max-w-80 text-sm whitespace-normal text-base-content"
  >
    {() => more}
  </Popover>
);
