import { Activity, Boxes, LayoutDashboard, Link2, type LucideIcon, Package, Plug, Settings, Tag } from 'lucide-react';

export interface Place {
  to: '/' | '/orders' | '/products' | '/product-links' | '/integrations' | '/activity' | '/inventory' | '/settings';
  label: string;
  /** Under the icon on a phone. */
  short: string;
  icon: LucideIcon;
  /** Under the thumb on a phone; the others stand behind "More" there. */
  daily?: true;
}

export const places: readonly Place[] = [
  { to: '/', label: 'Dashboard', short: 'Home', icon: LayoutDashboard, daily: true },
  { to: '/orders', label: 'Orders', short: 'Orders', icon: Package, daily: true },
  { to: '/products', label: 'Products', short: 'Products', icon: Tag, daily: true },
  { to: '/product-links', label: 'Product links', short: 'Links', icon: Link2 },
  { to: '/inventory', label: 'Inventory', short: 'Inventory', icon: Boxes, daily: true },
  { to: '/integrations', label: 'Integrations', short: 'Stores', icon: Plug },
  { to: '/activity', label: 'Activity', short: 'Activity', icon: Activity },
  { to: '/settings', label: 'Settings', short: 'Settings', icon: Settings },
];
