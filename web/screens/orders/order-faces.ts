import {
  Ban,
  CircleCheck,
  CircleDashed,
  CircleHelp,
  CircleX,
  Clock,
  Hand,
  Package,
  PackageCheck,
  PackageOpen,
  Truck,
} from 'lucide-react';
import type { OrderStatus, ShipmentState } from '~/api-model/orders.ts';
import type { Face } from '~/parts/state.tsx';

export const orderFaces: Record<OrderStatus, Face> = {
  unpaid: { word: 'Unpaid', icon: Clock, tone: 'wait' },
  on_hold: { word: 'On hold', icon: Hand, tone: 'wait' },
  open: { word: 'To ship', icon: Package, tone: 'busy' },
  partially_shipped: { word: 'Part shipped', icon: PackageOpen, tone: 'busy' },
  shipped: { word: 'Shipped', icon: Truck, tone: 'good' },
  delivered: { word: 'Delivered', icon: PackageCheck, tone: 'good' },
  completed: { word: 'Completed', icon: CircleCheck, tone: 'good' },
  cancelled: { word: 'Cancelled', icon: Ban, tone: 'none' },
};

export const shipmentFaces: Record<ShipmentState, Face> = {
  unsent: { word: 'Waiting to be sent', icon: Clock, tone: 'wait' },
  sent: { word: 'Being sent', icon: CircleDashed, tone: 'busy' },
  unknown: { word: 'Sent, being checked', icon: CircleHelp, tone: 'wait' },
  done: { word: 'Sent', icon: CircleCheck, tone: 'good' },
  refused: { word: 'Refused', icon: CircleX, tone: 'bad' },
  cancelled: { word: 'Cancelled', icon: Ban, tone: 'none' },
};
