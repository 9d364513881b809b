/** What is to be sent and what was, in words. Pure. */
import { counted } from '~/parts/amounts.ts';
import { isOpen, type ShipLine, standingOf, unitsOf } from '~/screens/orders/ship-many/ship-lines.ts';

export interface Tally {
  /** To be sent, and never tried. */
  fresh: ShipLine[];
  /** To be sent, and tried in vain. */
  failed: ShipLine[];
  reported: ShipLine[];
  reading: number;
}

export const tallyOf = (lines: readonly ShipLine[]): Tally => ({
  fresh: lines.filter((line) => isOpen(line) && line.failure === null),
  failed: lines.filter((line) => isOpen(line) && line.failure !== null),
  reported: lines.filter(({ stage }) => stage === 'reported'),
  reading: lines.filter((line) => standingOf(line) === 'reading').length,
});

/** "3 shipments, 7 units; 1 without a tracking number; 2 orders are not sent", or how far it has come. */
export function summaryWords(lines: readonly ShipLine[]): string {
  const { fresh, failed, reported, reading } = tallyOf(lines);
  if (reading > 0) return `${counted(reading, 'order is', 'orders are')} being read.`;
  const open = [...fresh, ...failed];
  const rest = lines.length - open.length - reported.length;
  const units = open.reduce((sum, { detail }) => sum + (detail === null ? 0 : unitsOf(detail)), 0);
  const without = open.filter(({ trackingNumber }) => trackingNumber.trim() === '').length;
  const parts = [
    reported.length > 0 && `${counted(reported.length, 'shipment')} reported`,
    open.length > 0 && `${counted(open.length, 'shipment')} to report, ${counted(units, 'unit')}`,
    without > 0 && `${without} without a tracking number`,
    rest > 0 && `${counted(rest, 'order is', 'orders are')} not sent`,
  ];
  return `${parts.filter(Boolean).join('; ')}.`;
}

/** What leaving would lose; null when nothing. */
export function unsavedWords(lines: readonly ShipLine[], running: boolean): string | null {
  if (running) return 'Shipments are being reported. Those that wait would not be sent any more.';
  const typed = lines.filter((line) => isOpen(line) && `${line.carrier}${line.trackingNumber}`.trim() !== '').length;
  return typed === 0 ? null : `What you typed for ${counted(typed, 'order')} is not reported yet.`;
}
