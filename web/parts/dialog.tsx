import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { IconButton } from '~/parts/button.tsx';
import { classes } from '~/parts/class-names.ts';
import { Leaving } from '~/parts/leaving.tsx';

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ReactNode;
  /** Buttons at the foot, the main one last; what they are given leaves as the cross does. */
  actions?: ReactNode | ((leave: () => void) => ReactNode);
  wide?: boolean;
  /** What would be lost by leaving: asked before it is. Null when nothing would. */
  unsaved?: string | null;
}

/** A modal question. The browser keeps the focus inside, closes on Escape and gives the focus back. */
export function Dialog({ title, onClose, children, actions, wide = false, unsaved = null }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const [asking, setAsking] = useState(false);
  const leave = () => (unsaved === null ? onClose() : setAsking(true));
  const foot =
    asking && unsaved !== null ? (
      <Leaving unsaved={unsaved} onStay={() => setAsking(false)} onLeave={onClose} />
    ) : typeof actions === 'function' ? (
      actions(leave)
    ) : (
      actions
    );
  useEffect(() => {
    const element = dialog.current;
    if (element === null || element.open) return;
    element.showModal();
    // The browser would take the close button: what is asked goes first, else the first act, which is the harmless one.
    const first = element.querySelector<HTMLElement>('[data-body] :is(input, select, textarea):not([tabindex="-1"])');
    (first ?? element.querySelector<HTMLElement>('footer button'))?.focus();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        leave();
      }}
      // A browser closes on the second Escape whatever `cancel` says: where something would be lost it does not see the key.
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || unsaved === null || event.defaultPrevented) return;
        if (document.querySelector(':popover-open') !== null) return;
        event.preventDefault();
        setAsking(!asking);
      }}
      className={classes(
        'm-auto text-left font-normal whitespace-normal max-h-[calc(100dvh-2rem)] w-[calc(100vw-2rem)] overflow-hidden rounded-box border border-base-300 bg-base-100 p-0 text-base-content shadow-xl',
        wide ? 'max-w-3xl' : 'max-w-lg',
      )}
    >
      <div className="flex max-h-[calc(100dvh-2rem)] flex-col">
        <header className="flex items-center gap-2 border-b border-base-300 py-2.5 pr-2 pl-5">
          <h2 id={titleId} className="flex-1 text-base font-semibold">
            {title}
          </h2>
          <IconButton label="Close" icon={X} onClick={leave} />
        </header>
        <div data-body className="min-h-0 flex-1 overflow-y-auto px-5 py-4">
          {children}
        </div>
        {foot !== undefined && (
          <footer className="flex flex-wrap items-center justify-end gap-2 border-t border-base-300 px-5 py-3">{foot}</footer>
        )}
      </div>
    </dialog>
  );
}
