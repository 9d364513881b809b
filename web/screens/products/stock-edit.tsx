import { useState } from 'react';
import type { Variant } from '~/api-model.ts';
import { count } from '~/parts/amounts.ts';
import { classes } from '~/parts/class-names.ts';
import { Hint } from '~/parts/hint.tsx';
import { useRights } from '~/parts/session.ts';
import { AdjustDialog } from '~/screens/inventory/adjust-dialog.tsx';
import { availableWords, whyAvailable } from '~/screens/inventory/available-words.ts';
import { BundleStock } from '~/screens/products/bundle-stock.tsx';

/** What is available, and the way to correct it; a bundle's is not corrected, but that of its components. */
export function StockEdit({ variant, name }: { variant: Variant; name: string }) {
  const rights = useRights();
  const [open, setOpen] = useState(false);
  if (variant.isBundle) return <BundleStock variant={variant} name={name} />;
  if (!variant.tracked || !rights.write) {
    return (
      <span className={classes('block px-2 py-1 tabular-nums', !variant.tracked && 'text-muted')}>
        <Hint more={whyAvailable({ ...variant, reorderPoint: 0 })}>{availableWords({ ...variant, reorderPoint: 0 })}</Hint>
      </span>
    );
  }
  const title = `On hand ${count(variant.onHand)}, reserved ${count(variant.reserved)}`;
  return (
    <>
      <button
        type="button"
        title={`${title}; change`}
        aria-label={`${count(variant.available)} available of ${name}: change the stock`}
        onClick={() => setOpen(true)}
        className="rounded px-2 py-1 tabular-nums underline decoration-dotted underline-offset-4 hover:bg-base-200"
      >
        {count(variant.available)}
      </button>
      {open && (
        <AdjustDialog
          variantId={variant.id}
          name={name}
          onHand={variant.onHand}
          reserved={variant.reserved}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
