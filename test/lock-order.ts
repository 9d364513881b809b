/**
 * Rows that a transaction locks one after the other, or all at once: each kind in the order of what names them, as everybody
 * does, or two would wait for each other. Who has the variants of levels may lock these in parts: others lock levels of several
 * stores only with their variants, and levels of one store only under its fence, or all at once.
 */
type Row = Record<string, unknown>;

interface Kind {
  what: string;
  locked: RegExp;
  /** Of what was locked; as the answer tells, or the question. */
  namesOf(rows: readonly Row[], values: readonly unknown[]): string[];
}

const byId = (rows: readonly Row[]): string[] => rows.map(({ id }) => String(id));
const kinds: readonly Kind[] = [
  {
    what: 'variants',
    locked: /^\s*select from product_variants\b.*for no key update/is,
    namesOf: (_, values) => values.filter(Array.isArray).flat().map(String).sort(),
  },
  {
    what: 'items',
    locked: /\bfrom inventory_items\b.*for update/is,
    namesOf: (rows) => rows.map((row) => `${row.variant_id} ${row.location_id}`).sort(),
  },
  { what: 'quantities', locked: /\bfrom listing_levels l\b.*for update of l\b/is, namesOf: byId },
  { what: 'prices', locked: /\bfrom listing_prices l\b.*for update of l\b/is, namesOf: byId },
];

export const locksRows = (text: string): boolean => kinds.some(({ locked }) => locked.test(text));

/** Of one transaction. */
export class LockOrder {
  readonly #held = new Map<Kind, Set<string>>();

  /** Whether a statement went on in everybody's order; null if so, else what it should not have locked now. */
  see(text: string, values: readonly unknown[], rows: readonly Row[]): string | null {
    const kind = kinds.find(({ locked }) => locked.test(text));
    if (kind === undefined) return null;
    const held = this.#held.get(kind) ?? new Set();
    const last = [...held].reduce((most, name) => (name > most ? name : most), '');
    const late = kind.namesOf(rows, values).filter((name) => name < last && !held.has(name));
    this.#held.set(kind, new Set([...held, ...kind.namesOf(rows, values)]));
    const inParts = ['quantities', 'prices'].includes(kind.what) && this.#held.has(kinds[0] as Kind);
    return late.length === 0 || inParts ? null : kind.what;
  }
}
