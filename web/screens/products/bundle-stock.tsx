import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Variant } from '~/api-model.ts';
import { count } from '~/parts/amounts.ts';
import { Button } from '~/parts/button.tsx';
import { Popover } from '~/parts/popover.tsx';
import { Problem } from '~/parts/problem.tsx';
import { useRights } from '~/parts/session.ts';
import { bundleQuery } from '~/queries.ts';
import { variantName } from '~/screens/inventory/item-name.ts';
import { BundleDialog } from '~/screens/products/bundle-dialog.tsx';
import { partWords } from '~/screens/products/bundle-words.ts';

/** What can be sold of a bundle; says why it is not counted by hand, and leads to what is. */
export function BundleStock({ variant, name }: { variant: Variant; name: string }) {
  const rights = useRights();
  const [changing, setChanging] = useState(false);
  return (
    <>
      <Popover
        className="rounded px-2 py-1 tabular-nums underline decoration-dotted underline-offset-4 hover:bg-base-200"
        panelClassName="w-80"
        trigger={count(variant.available)}
        label={`${count(variant.available)} of ${name} can be sold: why?`}
      >
        {(close) => (
          <div className="space-y-2 whitespace-normal">
            <p className="font-medium">{count(variant.available)} can be sold</p>
            <p>It is a bundle: how many there are follows from what it is made of. Count that instead.</p>
            <Components variantId={variant.id} />
            {rights.write && (
              <Button
                small
                onClick={() => {
                  close();
                  setChanging(true);
                }}
              >
                Change what it is made of
              </Button>
            )}
          </div>
        )}
      </Popover>
      {changing && <BundleDialog variant={variant} name={name} onClose={() => setChanging(false)} />}
    </>
  );
}

/** Each leads to its stock. */
export function Components({ variantId }: { variantId: string }) {
  const reading = useQuery(bundleQuery(variantId));
  if (reading.error !== null) return <Problem thrown={reading.error} reading onRetry={() => void reading.refetch()} />;
  if (reading.data === undefined) return <div className="skeleton h-14" role="status" aria-label="Loading" />;
  return (
    <ul aria-label="Components" className="space-y-1">
      {reading.data.components.map(({ variantId: id, title, variantTitle, ...part }) => (
        <li key={id}>
          <Link to="/inventory" search={{ variant: id }} className="link">
            {partWords({ ...part, name: variantName(title, variantTitle) })}
          </Link>
        </li>
      ))}
    </ul>
  );
}
