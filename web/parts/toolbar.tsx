import { Search, X } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { classes } from '~/parts/class-names.ts';

/** Title, acts, and below them search and filters: the head of every list. */
export function ListHead({ title, actions, children }: { title: string; actions?: ReactNode; children?: ReactNode }) {
  return (
    <header className="shrink-0 border-b border-base-300 bg-base-100">
      <div className="flex min-h-13 flex-wrap items-center gap-2 px-4 pt-2">
        <h1 className="mr-auto text-xl font-semibold">{title}</h1>
        {actions}
      </div>
      <div className="flex flex-wrap items-center gap-2 px-4 py-2.5">{children}</div>
    </header>
  );
}

const typingPauseMilliseconds = 250;

/** Searches while one types, after a short pause. "/" brings the focus here. */
export function SearchBox({ value, onChange, label }: { value: string; onChange: (value: string) => void; label: string }) {
  const [typed, setTyped] = useState(value);
  const input = useRef<HTMLInputElement>(null);
  const send = useRef(onChange);
  send.current = onChange;
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => send.current(typed), typingPauseMilliseconds);
    return () => clearTimeout(timer);
  }, [typed, value]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== '/' || (event.target instanceof HTMLElement && event.target.matches('input, textarea, select'))) return;
      event.preventDefault();
      input.current?.focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  return (
    <div className="relative w-full md:w-72">
      <Search className="pointer-events-none absolute top-1/2 left-2.5 z-[1] size-4 -translate-y-1/2 text-muted" aria-hidden />
      <input
        ref={input}
        type="search"
        aria-label={label}
        placeholder={label}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        className="input h-9 pr-8 pl-8 [&::-webkit-search-cancel-button]:hidden"
      />
      {typed !== '' && (
        <button
          type="button"
          aria-label="Clear the search"
          onClick={() => setTyped('')}
          className="absolute top-1/2 right-2 z-[1] -translate-y-1/2 rounded p-1 text-muted"
        >
          <X className="size-4" aria-hidden />
        </button>
      )}
    </div>
  );
}

interface FilterProps<Value extends string> {
  label: string;
  value: Value | undefined;
  options: readonly { value: Value; label: string }[];
  onChange: (value: Value | undefined) => void;
  /** How the unfiltered list is called. */
  all: string;
}

export function Filter<Value extends string>({ label, value, options, onChange, all }: FilterProps<Value>) {
  return (
    <select
      aria-label={label}
      value={value ?? ''}
      onChange={(event) => onChange(options.find((option) => option.value === event.target.value)?.value)}
      className={classes(
        'select h-9 w-40 text-ellipsis max-md:w-auto max-md:min-w-36 max-md:flex-1',
        value !== undefined && 'border-primary text-primary',
      )}
    >
      <option value="">{all}</option>
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}

export function ClearFilters({ shown, onClear }: { shown: boolean; onClear: () => void }) {
  if (!shown) return null;
  return (
    <button type="button" className="link px-1 text-xs text-muted" onClick={onClear}>
      Clear filters
    </button>
  );
}

interface TabsProps<Value extends string> {
  label: string;
  value: Value;
  tabs: readonly { value: Value; label: string; count?: number | undefined }[];
  onChange: (value: Value) => void;
}

/**
 * Views of one screen. They are a choice, not a place: arrow keys of the radio group walk through them. On a phone they stay
 * one line, which is drawn sideways to the rest.
 */
export function Tabs<Value extends string>({ label, value, tabs, onChange }: TabsProps<Value>) {
  const line = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another view is chosen, and must be in sight
  useEffect(() => {
    line.current?.querySelector(':checked')?.parentElement?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [value]);
  return (
    <div
      ref={line}
      role="radiogroup"
      aria-label={label}
      className="flex max-w-full gap-1 overflow-x-auto rounded-field bg-base-200 p-0.5 [scrollbar-width:none] max-md:w-full md:flex-wrap"
    >
      {tabs.map((tab) => (
        <label
          key={tab.value}
          className={classes(
            'relative flex h-8 shrink-0 cursor-pointer items-center gap-1.5 rounded-[0.3rem] px-3 whitespace-nowrap -outline-offset-2 has-focus-visible:outline-2 has-focus-visible:outline-primary max-md:grow max-md:justify-center max-md:px-1.5',
            tab.value === value ? 'bg-base-100 font-medium shadow-xs' : 'text-muted hover:text-base-content',
          )}
        >
          <input
            type="radio"
            name={label}
            className="sr-only"
            checked={tab.value === value}
            onChange={() => onChange(tab.value)}
          />
          {tab.label}
          {tab.count !== undefined && <span className="text-xs text-muted tabular-nums">{tab.count}</span>}
        </label>
      ))}
    </div>
  );
}
