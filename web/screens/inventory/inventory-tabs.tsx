import { useNavigate } from '@tanstack/react-router';
import { Tabs } from '~/parts/toolbar.tsx';

const tabs = [
  { value: 'levels', label: 'Levels' },
  { value: 'history', label: 'History' },
] as const;

interface InventoryTabsProps {
  value: (typeof tabs)[number]['value'];
  /** Goes along: whoever looks at one place wants to know what happened there. */
  locationId: string | undefined;
}

/** How many there are now, and how that came about. */
export function InventoryTabs({ value, locationId }: InventoryTabsProps) {
  const navigate = useNavigate();
  return (
    <Tabs
      label="Inventory"
      value={value}
      tabs={tabs}
      onChange={(chosen) =>
        void navigate({ to: chosen === 'history' ? '/inventory/history' : '/inventory', search: { locationId } })
      }
    />
  );
}
