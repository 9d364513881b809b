import type { ShipLine } from '~/screens/orders/ship-many/ship-lines.ts';

export interface LineRowProps {
  line: ShipLine;
  /** Shows all that is wrong, not only where somebody has been. */
  all: boolean;
  /** Other orders with its tracking number, as words; '' for none. */
  sharedWith: string;
  /** The store refused what was reported. */
  refused: boolean;
  /** Shipments are being sent: nothing is typed meanwhile. */
  sending: boolean;
  /** Of the datalist with names of carriers. */
  listId: string;
  onChange: (id: string, part: Partial<ShipLine>) => void;
  onPaste: (id: string, text: string) => boolean;
  onRead: (id: string) => void;
}
