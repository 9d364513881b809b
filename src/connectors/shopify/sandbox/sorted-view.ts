import { compareIds } from '#connectors/shopify/sandbox/ids.ts';

/** By what a list is ordered; ties go by id, so that the order is total and cursors are stable. */
export interface SortKey<T> {
  name: string;
  valueOf(row: T): string | number;
}

/**
 * All rows of a collection in one order, kept between requests: paging through 100 000 variants must not sort them for
 * each page. After edits the nearly sorted list is sorted again, which is linear.
 */
export class SortedView<T extends { id: string }> {
  readonly #source: () => Iterable<T>;
  readonly #orders = new Map<string, { rows: T[]; membership: number; order: number }>();
  #membership = 0;
  #order = 0;

  constructor(source: () => Iterable<T>) {
    this.#source = source;
  }

  membershipChanged(): void {
    this.#membership += 1;
  }

  orderChanged(): void {
    this.#order += 1;
  }

  rows(key: SortKey<T>): readonly T[] {
    let kept = this.#orders.get(key.name);
    if (kept === undefined || kept.membership !== this.#membership) {
      kept = { rows: [...this.#source()], membership: this.#membership, order: -1 };
      this.#orders.set(key.name, kept);
    }
    if (kept.order !== this.#order) {
      kept.rows.sort((a, b) => compareKeys(key.valueOf(a), a.id, key.valueOf(b), b.id));
      kept.order = this.#order;
    }
    return kept.rows;
  }
}

export function compareKeys(aValue: string | number, aId: string, bValue: string | number, bId: string): number {
  if (aValue !== bValue) return aValue < bValue ? -1 : 1;
  return compareIds(aId, bId);
}
