import { PlatformBadge } from '~/parts/platform-badge.tsx';
import { TwoLines } from '~/parts/two-lines.tsx';

/** A store in a row of a table: a long name goes on in a second line. */
export const StoreName = ({ badge, name }: { badge: string; name: string }) => (
  <span className="flex items-center gap-2">
    <PlatformBadge badge={badge} />
    <TwoLines>{name}</TwoLines>
  </span>
);
