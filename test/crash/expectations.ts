/**
 * What must stand in the stores, kept apart from the hub's own tables. A change that was acknowledged has happened, once;
 * one whose answer was lost has happened once or not at all, so both figures are right until a look at the books decides.
 */
import { present } from '#base/assert.ts';

export interface Expected {
  sku: string;
  variantId: string;
  quantities: ReadonlySet<number>;
  prices: ReadonlySet<string>;
}

export class Expectations {
  readonly #bySku = new Map<string, Expected>();

  begin(expected: { sku: string; variantId: string; quantity: number; price: string }): void {
    const { sku, variantId, quantity, price } = expected;
    this.#bySku.set(sku, { sku, variantId, quantities: new Set([quantity]), prices: new Set([price]) });
  }

  of(sku: string): Expected {
    return present(this.#bySku.get(sku), `the expectation of ${sku}`);
  }

  all(): Expected[] {
    return [...this.#bySku.values()];
  }

  adjusted(sku: string, delta: number, acknowledged: boolean): void {
    const before = this.of(sku);
    const after = [...before.quantities].map((quantity) => quantity + delta);
    this.#bySku.set(sku, { ...before, quantities: new Set(acknowledged ? after : [...before.quantities, ...after]) });
  }

  counted(sku: string, quantity: number): void {
    this.#bySku.set(sku, { ...this.of(sku), quantities: new Set([quantity]) });
  }

  priced(sku: string, price: string, acknowledged: boolean): void {
    const before = this.of(sku);
    this.#bySku.set(sku, { ...before, prices: new Set(acknowledged ? [price] : [...before.prices, price]) });
  }

  /** After everything has healed: whatever was undecided is what the books say. */
  settle(sku: string, quantity: number, price: string): void {
    this.#bySku.set(sku, { ...this.of(sku), quantities: new Set([quantity]), prices: new Set([price]) });
  }
}
