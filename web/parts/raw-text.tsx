import { CopyButton } from '~/parts/copy-button.tsx';

/** Text of a machine, whole: scrolls by keyboard too, and can be copied. */
export function RawText({ text, label }: { text: string; label: string }) {
  return (
    <div className="relative">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard (WCAG 2.1.1) */}
      <section aria-label={label} tabIndex={0} className="max-h-72 overflow-auto rounded-box border border-base-300 bg-base-100">
        <pre className="p-3 pr-10 text-xs break-words whitespace-pre-wrap">{text}</pre>
      </section>
      <span className="absolute top-1.5 right-1.5">
        <CopyButton text={text} label={`Copy: ${label}`} />
      </span>
    </div>
  );
}
