import { Boxes, Ellipsis, PackageOpen } from 'lucide-react';
import { useState } from 'react';
import type { Variant } from '~/api-model.ts';
import { Menu } from '~/parts/menu.tsx';
import { useRights } from '~/parts/session.ts';
import { BundleDialog, UnbundleDialog } from '~/screens/products/bundle-dialog.tsx';

/** What can be done with one variant. */
export function VariantActs({ variant, name }: { variant: Variant; name: string }) {
  const rights = useRights();
  const [act, setAct] = useState<'components' | 'unbundle' | null>(null);
  if (!rights.write) return null;
  const shared = { variant, name, onClose: () => setAct(null) };
  const components = { icon: Boxes, onSelect: () => setAct('components') };
  return (
    <>
      <Menu
        label={`More acts on ${variant.sku || name}`}
        trigger={<Ellipsis className="size-4" aria-hidden />}
        items={
          variant.isBundle
            ? [
                { label: 'Change what it is made of', ...components },
                { label: 'Make it an ordinary variant', icon: PackageOpen, onSelect: () => setAct('unbundle') },
              ]
            : [{ label: 'Make it a bundle of others', ...components }]
        }
      />
      {act === 'components' && <BundleDialog {...shared} />}
      {act === 'unbundle' && <UnbundleDialog {...shared} />}
    </>
  );
}
