/**
 * Credentials at rest: compact JWE, `dir` + A256GCM, `kid` naming the key, and the row's id in the protected header
 * (authenticated, so that a sealed text moved to another row does not open).
 */
import { createHash, createHmac, createSecretKey, type KeyObject, randomBytes, webcrypto } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CompactEncrypt, compactDecrypt, decodeProtectedHeader } from 'jose';
import { AppError } from '#base/errors.ts';
import type { Config } from '#config.ts';

export interface Sealer {
  seal(rowId: string, value: unknown): Promise<string>;
  /** Throws AppError 'needs_reconnect' when the key is lost or the text was altered or belongs to another row. */
  open(rowId: string, sealed: string): Promise<unknown>;
  /** For keyed hashes of what is sealed and yet has to be found. Belongs to the present key. */
  readonly searchKey: KeyObject;
  /** Whether it was sealed with another key than the present one. */
  isOld(sealed: string): boolean;
}

interface Key {
  id: string;
  bytes: Uint8Array;
  /** As the cipher takes it: made once, at the first use. */
  secret(): Promise<webcrypto.CryptoKey>;
}

const lostKey =
  'The stored credentials cannot be opened: the sealing key has changed or is lost. Connect the store again; its listings, links and history are kept.';

/** The first key seals; all of them open. A key is 32 bytes as base64 or hex. */
export function makeSealer(keys: readonly string[]): Sealer {
  const known = keys.map(readKey);
  const [current] = known;
  if (current === undefined)
    throw new AppError('misconfigured', 'There is no sealing key. Set STORESYNC_KEY, or leave it empty to have one made.');
  return {
    // Made once: making one of bytes costs six times the hash.
    searchKey: createSecretKey(createHmac('sha256', current.bytes).update('keys of buyers').digest()),
    async seal(rowId, value) {
      return await new CompactEncrypt(new TextEncoder().encode(JSON.stringify(value)))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: current.id, row: rowId })
        .encrypt(await current.secret());
    },
    async open(rowId, sealed) {
      const key = known.find((candidate) => candidate.id === kidOf(sealed));
      if (key === undefined) throw new AppError('needs_reconnect', lostKey);
      try {
        const { plaintext, protectedHeader } = await compactDecrypt(sealed, await key.secret());
        if (protectedHeader.row !== rowId) throw new Error('sealed for another row');
        return JSON.parse(new TextDecoder().decode(plaintext)) as unknown;
      } catch (cause) {
        throw new AppError('needs_reconnect', lostKey, { cause });
      }
    },
    isOld: (sealed) => kidOf(sealed) !== current.id,
  };
}

function kidOf(sealed: string): string | undefined {
  try {
    return decodeProtectedHeader(sealed).kid;
  } catch {
    return undefined; // not a JWE at all: no key opens it, which open() reports
  }
}

function readKey(text: string): Key {
  const trimmed = text.trim();
  const bytes = /^[0-9a-f]{64}$/i.test(trimmed) ? Buffer.from(trimmed, 'hex') : Buffer.from(trimmed, 'base64');
  if (bytes.length !== 32) {
    throw new AppError(
      'misconfigured',
      'STORESYNC_KEY must be 32 bytes, written as base64 or hex. Make one with: openssl rand -base64 32',
    );
  }
  let secret: Promise<webcrypto.CryptoKey> | undefined;
  return {
    id: createHash('sha256').update(bytes).digest('base64url').slice(0, 12),
    bytes,
    secret() {
      secret ??= webcrypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']);
      return secret;
    },
  };
}

/** STORESYNC_KEY, else the key kept in the data folder; made there once, readable by its owner only. */
export function sealingKeys(config: Config, warn: (message: string) => void): string[] {
  if (config.sealingKey !== null) return [config.sealingKey, ...config.oldSealingKeys];
  const path = join(config.dataFolder, 'sealing-key');
  if (!existsSync(path)) {
    mkdirSync(config.dataFolder, { recursive: true });
    writeFileSync(path, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
    warn(`A sealing key was made in ${path}. Keep a copy: without it every store must be connected again.`);
  }
  chmodSync(path, 0o600);
  const [current, ...old] = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
  return [current ?? '', ...old, ...config.oldSealingKeys];
}
