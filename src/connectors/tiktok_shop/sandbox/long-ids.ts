import { createHash } from 'node:crypto';

/** Ids and secrets of one shop: the same seed gives the same ones, so a run can be repeated and a restart changes nothing. */
export class LongIds {
  readonly #seed: string;
  #nextId: bigint;
  #nextSecret = 0;

  constructor(seed: string) {
    this.#seed = seed;
    this.#nextId = 1729_000000_000000_000n + (digest(seed, 'ids').readBigUInt64BE(0) % 900_000000_000000n) * 1000n;
  }

  /**
   * A 19-digit id as the platform gives them. Neighbours differ by 37: a reader that takes ids for JavaScript numbers
   * (whose spacing is 256 there) mixes them up at once.
   */
  next(): string {
    this.#nextId += 37n;
    return this.#nextId.toString();
  }

  /** The same 19-digit id for the same name. */
  named(name: string, prefix: string): string {
    const places = 19 - prefix.length;
    return prefix + (digest(this.#seed, name).readBigUInt64BE(0) % 10n ** BigInt(places)).toString().padStart(places, '0');
  }

  /** The same secret for the same name: hex, `length` characters up to 64. */
  hex(name: string, length: number): string {
    return digest(this.#seed, name).toString('hex').slice(0, length);
  }

  /** A new token with the platform's prefix for the shop's part of the world. */
  token(prefix: string): string {
    this.#nextSecret += 1;
    return `${prefix}_${digest(this.#seed, `token ${this.#nextSecret}`).toString('base64url')}`;
  }
}

function digest(seed: string, name: string): Buffer {
  return createHash('sha256').update(`${seed}\n${name}`).digest();
}
