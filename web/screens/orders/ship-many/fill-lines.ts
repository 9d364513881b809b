/** Filling many lines at once: a carrier for all that have none, tracking numbers out of a spreadsheet. Pure. */
import { counted } from '~/parts/amounts.ts';
import { choosesCarrier } from '~/screens/orders/carriers.ts';
import { isOpen, type ShipLine } from '~/screens/orders/ship-many/ship-lines.ts';

export interface Filling {
  /** What is filled in, by the order's id. */
  values: ReadonlyMap<string, string>;
  /** What was done, and what could not be. */
  words: string;
}

const bare = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

/** Where a store has a list of its own, its name of that carrier; where it does not offer it, nothing. */
export function fillCarrier(lines: readonly ShipLine[], typed: string): Filling {
  const values = new Map<string, string>();
  const notOffered: ShipLine[] = [];
  for (const line of lines) {
    if (line.detail === null || !isOpen(line) || line.carrier.trim() !== '') continue;
    const name = choosesCarrier(line.detail, line.carriers)
      ? line.carriers?.find((carrier) => bare(carrier.name) === bare(typed))?.name
      : typed.trim();
    if (name === undefined) notOffered.push(line);
    else values.set(line.order.id, name);
  }
  const stores = [...new Set(notOffered.map(({ order }) => order.storeName))].join(' and ');
  const others = counted(notOffered.length, 'order');
  return {
    values,
    words: [
      values.size > 0 && `${typed.trim()} is filled in for ${counted(values.size, 'order')}.`,
      notOffered.length > 0 && `${stores} does not offer it for ${others}: choose from the list there.`,
      values.size + notOffered.length === 0 && 'Every order here has a carrier already.',
    ]
      .filter(Boolean)
      .join(' '),
  };
}

/** The rows of what is pasted; null for a single text, which the field takes by itself. */
export function readPaste(text: string): string[][] | null {
  const rows = text.split(/\r\n|\r|\n/).map((row) => row.split('\t').map((cell) => cell.trim()));
  while (rows.at(-1)?.every((cell) => cell === '')) rows.pop();
  if (rows.length === 0 || (rows.length === 1 && rows[0]?.length === 1)) return null;
  // A heading: tracking numbers and order numbers have digits.
  return rows.length > 1 && !/\d/.test(rows[0]?.join('') ?? '') ? rows.slice(1) : rows;
}

/** Two columns are matched by order number; one column fills this line and those below it. */
export function fillNumbers(lines: readonly ShipLine[], startId: string, rows: readonly (readonly string[])[]): Filling {
  const columns = Math.max(...rows.map((row) => row.length));
  if (columns > 2)
    return { values: new Map(), words: 'Paste one column of tracking numbers, or two: order number and tracking number.' };
  return columns === 2 ? byOrderNumber(lines, rows) : downwards(lines, startId, rows);
}

function downwards(lines: readonly ShipLine[], startId: string, rows: readonly (readonly string[])[]): Filling {
  const values = new Map<string, string>();
  const start = lines.findIndex(({ order }) => order.id === startId);
  const below = lines.slice(Math.max(start, 0)).filter(isOpen);
  let over = 0;
  for (const [at, [number = '']] of rows.entries()) {
    const line = below[at];
    // An empty cell leaves its line as it is.
    if (number === '') continue;
    if (line === undefined) over += 1;
    else values.set(line.order.id, number);
  }
  return {
    values,
    words: [filledIn(values), over > 0 && `${counted(over, 'number')} had no line left.`].filter(Boolean).join(' '),
  };
}

function byOrderNumber(lines: readonly ShipLine[], rows: readonly (readonly string[])[]): Filling {
  const byNumber = Map.groupBy(lines, ({ order }) => orderNumber(order.number));
  const pasted = Map.groupBy(
    rows.filter(([, number = '']) => number !== ''),
    ([order = '']) => orderNumber(order),
  );
  const values = new Map<string, string>();
  const unknown: string[] = [];
  const unclear: string[] = [];
  const closed: string[] = [];
  for (const [key, same] of pasted) {
    const written = same[0]?.[0] ?? '';
    const numbers = [...new Set(same.map(([, number = '']) => number))];
    const [line, another] = byNumber.get(key) ?? [];
    const [number = ''] = numbers;
    if (line === undefined) unknown.push(written === '' ? number : written);
    else if (another !== undefined || numbers.length > 1) unclear.push(written);
    else if (!isOpen(line)) closed.push(written);
    else values.set(line.order.id, number);
  }
  return {
    values,
    words: [
      filledIn(values),
      unknown.length > 0 && `Not among these orders: ${some(unknown)}.`,
      unclear.length > 0 &&
        `Not clear, so left to you: ${some(unclear)} (two numbers for one order, or two orders of one number).`,
      closed.length > 0 && `Not shipped from here: ${some(closed)}.`,
    ]
      .filter(Boolean)
      .join(' '),
  };
}

const filledIn = (values: ReadonlyMap<string, string>): string =>
  values.size === 0 ? 'No tracking number was filled in.' : `${counted(values.size, 'tracking number')} filled in.`;

/** "#1001" and "1001" are the same order. */
const orderNumber = (written: string): string => written.trim().replace(/^#/, '').toLowerCase();

const namedAtMost = 5;
const some = (names: readonly string[]): string =>
  names.length <= namedAtMost
    ? names.join(', ')
    : `${names.slice(0, namedAtMost).join(', ')} and ${names.length - namedAtMost} more`;
