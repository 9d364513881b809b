import { Activity, Boxes, Link2, type LucideIcon, Plug, Settings, Tag } from 'lucide-react';

export interface Place {
  to: '/products' | '/product-links' | '/integrations' | '/activity' | '/inventory' | '/settings';
  label: string;
  /** Under the icon on a phone. */
  short: string;
  icon: LucideIcon;
}

export const places: readonly Place[] = [
  { to: '/products', label: 'Products', short: 'Products', icon: Tag },
  { to: '/product-links', label: 'Product links', short: 'Links', icon: Link2 },
  { to: '/inventory', label: 'Inventory', short: 'Inventory', icon: Boxes },
  { to: '/integrations', label: 'Integrations', short: 'Stores', icon: Plug },
  { to: '/activity', label: 'Activity', short: 'Activity', icon: Activity },
  { to: '/settings', label: 'Settings', short: 'Settings', icon: Settings },
];
