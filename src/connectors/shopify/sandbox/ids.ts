/**
 * Ids as the platform makes them: global ids around 64-bit numbers. The numbers lie beyond 2^53 on purpose, so that a
 * client that reads them as floating point (webhook bodies carry bare numbers) loses digits here and not in production.
 */
import { createHash } from 'node:crypto';

export class IdSource {
  #next: bigint;

  /** Different shops get different ids; the same shop gets the same ids in the same order. */
  constructor(seed: string) {
    const hash = createHash('sha256').update(seed).digest().readBigUInt64BE() % 1_000_000_000_000n;
    this.#next = 700_000_000_000_000_000n + hash * 100_000n;
  }

  take(): string {
    this.#next += 32_771n;
    return this.#next.toString();
  }
}

export const gid = (kind: string, id: string): string => `gid://shopify/${kind}/${id}`;

/** The bare number of a global id of that kind; null when it is of another kind or malformed. */
export function idOf(kind: string, globalId: string): string | null {
  const match = /^gid:\/\/shopify\/([A-Za-z]+)\/(\d{1,20})(\?[\w=&]+)?$/.exec(globalId);
  return match?.[1] === kind && match[2] !== undefined ? match[2] : null;
}

/** Accepts what a person may hold: the global id or its number. */
export const looseId = (kind: string, id: string): string => idOf(kind, id) ?? id;

/** Numeric order of ids written as text. */
export const compareIds = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);

export const kindOf = (globalId: string): string | null => /^gid:\/\/shopify\/([A-Za-z]+)\//.exec(globalId)?.[1] ?? null;
