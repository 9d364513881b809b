/** A platform's or store's mark: two or three letters, never a logo. */
export function PlatformBadge({ badge, name }: { badge: string; name?: string }) {
  return (
    <span
      aria-hidden={name === undefined}
      title={name}
      className="inline-flex h-5 w-8 shrink-0 items-center justify-center rounded border border-base-300 bg-base-200 text-xs leading-none font-semibold tracking-wide text-base-content"
    >
      {badge}
    </span>
  );
}
