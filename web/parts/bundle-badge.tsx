import { Boxes } from 'lucide-react';

/** Made of other variants: there are as many as these allow. */
export const BundleBadge = () => (
  <span className="badge badge-sm shrink-0 gap-1 border-base-300 bg-base-200" title="Made of other variants">
    <Boxes className="size-3" aria-hidden />
    Bundle
  </span>
);
