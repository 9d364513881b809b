import { type ReactNode, useId, useRef, useState } from 'react';
import { classes } from '~/parts/class-names.ts';

interface PopoverProps {
  /** What the button shows. */
  trigger: ReactNode;
  /** Spoken name of the button, when what it shows does not say it. */
  label?: string;
  /** Shown on hover; the label where it has one. */
  title?: string;
  /** Stands in a line of text, so the panel may hold nothing but words. */
  inline?: boolean;
  className?: string;
  panelClassName?: string;
  /** Made only when open. `close` also gives the focus back. */
  children: (close: () => void) => ReactNode;
}

const gap = 4;

/** A small panel beside its button: closes on Escape and on a click elsewhere. */
export function Popover({ trigger, label, title = label, inline = false, className, panelClassName, children }: PopoverProps) {
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLElement>(null);
  const Panel = inline ? 'span' : 'div';
  const [open, setOpen] = useState(false);
  const id = useId();
  const buttonId = `${id}-button`;
  const place = () => {
    if (button.current === null || panel.current === null) return;
    const from = button.current.getBoundingClientRect();
    const { width, height } = panel.current.getBoundingClientRect();
    const below = from.bottom + gap + height <= window.innerHeight || from.top < height + gap;
    const left = Math.max(8, Math.min(from.left, window.innerWidth - width - 8));
    const top = below ? Math.min(from.bottom + gap, Math.max(8, window.innerHeight - height - 8)) : from.top - gap - height;
    panel.current.style.left = `${left}px`;
    panel.current.style.top = `${top}px`;
  };
  return (
    <>
      <button
        ref={button}
        id={buttonId}
        type="button"
        aria-label={label}
        title={title}
        aria-haspopup="dialog"
        aria-expanded={open}
        popoverTarget={id}
        className={className}
        onClick={(event) => event.stopPropagation()}
      >
        {trigger}
      </button>
      <Panel
        ref={(element: HTMLElement | null) => {
          panel.current = element;
          if (element === null) return;
          // What arrives later changes the size: keep it beside its button.
          const watch = new ResizeObserver(place);
          watch.observe(element);
          return () => watch.disconnect();
        }}
        id={id}
        popover="auto"
        role="dialog"
        aria-labelledby={label === undefined ? buttonId : undefined}
        aria-label={label}
        // One that stands in this one says so here, too.
        onToggle={(event) => event.target === event.currentTarget && setOpen(event.newState === 'open')}
        className={classes(
          'm-0 max-h-[calc(100dvh-1rem)] max-w-[calc(100vw-1rem)] overflow-y-auto rounded-box border border-base-300 bg-base-100 p-3 text-left font-normal shadow-lg',
          panelClassName,
        )}
      >
        {open && children(() => panel.current?.hidePopover())}
      </Panel>
    </>
  );
}
