/**
 * Stock. Always true:
 * - I1: on_hand and reserved of an item equal the sums of its ledger lines (the baseline is a line);
 * - they change only by `set on_hand = on_hand + delta`, in the transaction that writes the line;
 * - the ledger is never updated or deleted (I12: the application's role has no right to).
 */
export const transactionTypes = [
  'baseline',
  'adjustment',
  'adoption',
  'receipt',
  'reservation',
  'sale',
  'return',
  'transfer',
  'stocktake',
  'forward',
] as const;
export type TransactionType = (typeof transactionTypes)[number];

/** What a line was booked for. 'undo': an import or a change of many that was taken back; 'reversal': a document that was. */
export const documentKinds = [
  'order',
  'store',
  'person',
  'import',
  'receipt',
  'transfer',
  'stocktake',
  'reversal',
  'undo',
] as const;
export type DocumentKind = (typeof documentKinds)[number];
