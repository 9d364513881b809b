/** Who bought, and what the platform's own object says of it: sealed at rest, found by keyed hashes (I10). */
import { createHmac, type KeyObject } from 'node:crypto';
import { AppError } from '#base/errors.ts';
import type { OrderAddress, RemoteOrder } from '#connectors/order.ts';
import type { Hub } from '#stores/hub.ts';
import type { Sealer } from '#stores/sealing.ts';

export interface CustomerDetails {
  buyer: RemoteOrder['buyer'];
  shippingAddress: OrderAddress | null;
  note: string;
  raw: unknown;
}

export const sealDetails = async (sealer: Sealer, orderId: string, order: RemoteOrder): Promise<string> =>
  await sealer.seal(orderId, {
    buyer: order.buyer,
    shippingAddress: order.shippingAddress,
    note: order.note,
    raw: order.raw,
  } satisfies CustomerDetails);

export const openDetails = async (sealer: Sealer, orderId: string, sealed: string): Promise<CustomerDetails> =>
  (await sealer.open(orderId, sealed)) as CustomerDetails;

/** As `openDetails`; null, with a line in the log, where the key is lost: an order is shown without its customer then. */
export async function openDetailsOrNull(hub: Hub, orderId: string, sealed: string | null): Promise<CustomerDetails | null> {
  if (sealed === null) return null;
  try {
    return await openDetails(hub.sealer, orderId, sealed);
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== 'needs_reconnect') throw thrown;
    hub.log.warn({ orderId }, "an order's customer cannot be shown: the sealing key has changed or is lost");
    return null;
  }
}

/**
 * Keys under which an order is found by who bought it: the e-mail, the last nine digits of the phone, each word of the names,
 * as it is written and without its accents.
 */
export function buyerKeys(searchKey: KeyObject, order: Pick<RemoteOrder, 'buyer' | 'shippingAddress'>): string[] {
  const { buyer, shippingAddress } = order;
  const texts = [
    buyer.email,
    buyer.phone,
    shippingAddress?.phone ?? '',
    ...wordsOf(`${buyer.name} ${shippingAddress?.name ?? ''}`).flatMap((word) => [word, plainWord(word)]),
  ];
  return [...new Set(texts.flatMap((text) => keyOf(searchKey, text)))].sort();
}

/** The keys that a search for this text looks for: an order must have all of them. */
export function searchKeys(searchKey: KeyObject, query: string): string[] {
  const whole = query.trim();
  if (whole.includes('@') || /^[+\d\s().-]{7,}$/.test(whole)) return keyOf(searchKey, whole);
  return wordsOf(whole).flatMap((word) => keyOf(searchKey, word));
}

/** "Zoë" as one who has no such key types it, "Đặng" too, whose first letter is no accented one to Unicode. */
const plainWord = (word: string): string =>
  word
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[đĐøØłŁıßæÆœŒ]/g, (letter) => plainLetters[letter] ?? letter);
const plainLetters: Readonly<Record<string, string>> = {
  ...{ đ: 'd', Đ: 'D', ø: 'o', Ø: 'O', ł: 'l', Ł: 'L', ı: 'i' },
  ...{ ß: 'ss', æ: 'ae', Æ: 'AE', œ: 'oe', Œ: 'OE' },
};

const wordsOf = (text: string): string[] => text.split(/[\s,]+/u).filter((word) => word !== '');

function keyOf(searchKey: KeyObject, text: string): string[] {
  const digits = text.replace(/\D/g, '');
  const isPhone = digits.length >= 7 && /^[+\d\s().-]+$/.test(text);
  const plain = isPhone ? digits.slice(-9) : text.normalize('NFKC').trim().toLocaleLowerCase('und');
  if (plain === '') return [];
  return [createHmac('sha256', searchKey).update(plain).digest('base64url').slice(0, 16)];
}
