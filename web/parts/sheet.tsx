import { useBlocker } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { IconButton } from '~/parts/button.tsx';
import { classes } from '~/parts/class-names.ts';
import { Leaving } from '~/parts/leaving.tsx';

interface SheetProps {
  title: ReactNode;
  /** Between the title and the close button. */
  actions?: ReactNode;
  onClose: () => void;
  children: ReactNode;
  /** Stays in sight below what scrolls. */
  footer?: ReactNode;
  wide?: boolean;
  /** What would be lost by leaving, wherever to: asked before it is. Null when nothing would. */
  unsaved?: string | null;
}

/**
 * A detail over its list. The list stays usable beside it, so it is not modal: it takes the focus when it opens, closes
 * on Escape and gives the focus back.
 */
export function Sheet({ title, actions, onClose, children, footer, wide = false, unsaved = null }: SheetProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const titleId = useId();
  const close = useRef(onClose);
  close.current = onClose;
  const leaving = useBlocker({
    shouldBlockFn: () => unsaved !== null,
    withResolver: true,
    enableBeforeUnload: false,
    disabled: unsaved === null,
  });
  const foot =
    leaving.status === 'blocked' && unsaved !== null ? (
      <Leaving unsaved={unsaved} onStay={leaving.reset} onLeave={leaving.proceed} />
    ) : (
      footer
    );
  useEffect(() => {
    const before = document.activeElement;
    heading.current?.focus();
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      if (document.querySelector('dialog:modal, :popover-open') !== null) return;
      close.current();
    };
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('keydown', onKey);
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      open
      aria-labelledby={titleId}
      className={classes(
        'fixed inset-y-0 right-0 left-auto z-40 m-0 flex h-auto max-h-none w-full animate-sheet flex-col border-l border-base-300 bg-base-100 p-0 text-base-content shadow-2xl',
        wide ? 'max-w-5xl' : 'max-w-xl',
      )}
    >
      <header className="flex min-h-13 items-center gap-2 border-b border-base-300 py-2 pr-2 pl-4">
        <h2
          id={titleId}
          ref={heading}
          tabIndex={-1}
          className="min-w-0 flex-1 outline-none text-base font-semibold wrap-anywhere"
        >
          {title}
        </h2>
        {actions}
        <IconButton label="Close" icon={X} onClick={onClose} />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard (WCAG 2.1.1) */}
      <section tabIndex={0} aria-labelledby={titleId} className="min-h-0 flex-1 overflow-y-auto p-4 -outline-offset-2">
        {children}
      </section>
      {foot !== undefined && (
        <footer className="flex flex-wrap items-center gap-2 border-t border-base-300 px-4 py-3">{foot}</footer>
      )}
    </dialog>
  );
}
