import { ArrowLeftRight, ClipboardCheck, Ellipsis, MapPin, PackagePlus } from 'lucide-react';
import { useState } from 'react';
import type { Location } from '~/api-model/stock.ts';
import { Button } from '~/parts/button.tsx';
import { Menu } from '~/parts/menu.tsx';
import { CountDialog } from '~/screens/inventory/count-dialog.tsx';
import { ReceiveDialog } from '~/screens/inventory/receive-dialog.tsx';
import { TransferDialog } from '~/screens/inventory/transfer-dialog.tsx';

interface InventoryActsProps {
  locations: readonly Location[];
  locationId: string | undefined;
  write: boolean;
  onLocations: () => void;
}

type Act = 'receive' | 'transfer' | 'count';

/** What one does with stock: on a desk side by side, on a phone behind one button. */
export function InventoryActs({ locations, locationId, write, onLocations }: InventoryActsProps) {
  const [act, setAct] = useState<Act | null>(null);
  const open = locations.filter(({ isActive }) => isActive);
  const acts = !write
    ? []
    : [
        { label: 'Receive goods', icon: PackagePlus, onSelect: () => setAct('receive') },
        ...(open.length > 1 ? [{ label: 'Transfer', icon: ArrowLeftRight, onSelect: () => setAct('transfer') }] : []),
        { label: 'Count stock', icon: ClipboardCheck, onSelect: () => setAct('count') },
      ];
  const items = [...acts, { label: 'Locations', icon: MapPin, onSelect: onLocations }];
  const shared = { locations: open, locationId, onClose: () => setAct(null) };
  return (
    <>
      <div className="flex gap-2 max-md:hidden">
        {items.map(({ label, icon, onSelect }) => (
          <Button key={label} icon={icon} onClick={onSelect}>
            {label}
          </Button>
        ))}
      </div>
      <div className="md:hidden">
        <Menu label="Acts on stock" trigger={<Ellipsis className="size-4" aria-hidden />} items={items} />
      </div>
      {act === 'receive' && <ReceiveDialog {...shared} />}
      {act === 'transfer' && <TransferDialog {...shared} />}
      {act === 'count' && <CountDialog {...shared} />}
    </>
  );
}
