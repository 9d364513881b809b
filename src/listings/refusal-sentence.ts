import type { Connector, Language } from '#connectors/connector.ts';
import type { Refusal } from '#connectors/errors.ts';

const ignored: Readonly<Record<Language, string>> = {
  en: '{platform} accepted the change several times but still shows something else. Look at the item there, then sync it again.',
  vi: '{platform} đã nhận thay đổi nhiều lần nhưng vẫn hiển thị giá trị khác. Hãy xem mặt hàng trên đó rồi đồng bộ lại.',
  id: '{platform} menerima perubahan beberapa kali tetapi masih menampilkan nilai lain. Periksa barangnya di sana, lalu sinkronkan lagi.',
};

const knownAlready: Readonly<Record<Language, string>> = {
  en: '{platform} takes this for the same shipment as one that was reported before. Look at the order there; report it with another tracking number if it is not.',
  vi: '{platform} coi đây là cùng một kiện hàng đã được báo trước đó. Hãy xem đơn hàng trên đó; nếu không phải, hãy báo lại với mã vận đơn khác.',
  id: '{platform} menganggap ini kiriman yang sama dengan yang sudah dilaporkan. Periksa pesanannya di sana; laporkan dengan nomor resi lain jika bukan.',
};

const unknown: Readonly<Record<Language, string>> = {
  en: '{platform} refused the change. Its own words tell why; change the value, or sync it again.',
  vi: '{platform} đã từ chối thay đổi. Thông báo của họ cho biết lý do; hãy đổi giá trị hoặc đồng bộ lại.',
  id: '{platform} menolak perubahan. Pesannya menjelaskan alasannya; ubah nilainya atau sinkronkan lagi.',
};

/** What StoreSync itself makes of an answer. */
const ours: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  accepted_but_ignored: ignored,
  shipment_known_already: knownAlready,
};

/**
 * A refusal in the seller's words: the connector's sentence for its code, with the parameters put in. A code that the
 * connector has no sentence for gets a general one, never an empty one.
 */
export function refusalSentence(
  connectors: Readonly<Record<string, Connector>>,
  platform: string,
  refusal: Refusal,
  language: Language = 'en',
): string {
  const connector = connectors[platform];
  const general = ours[refusal.code] ?? unknown;
  const template = connector?.messages[refusal.code]?.[language] ?? connector?.messages[refusal.code]?.en ?? general[language];
  const parameters: Record<string, string | number> = { platform: connector?.manifest.name ?? platform, ...refusal.parameters };
  return template.replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(parameters, name) ? String(parameters[name]) : whole,
  );
}

const heldSentences: Readonly<Record<string, string>> = {
  drift_waits: 'The price was changed on the store itself. Say under Differences which one is to count.',
  adoption_waits:
    'Very many figures were set to 0 or repriced on the store within an hour. None of them was taken over; say under Activity which are to count.',
  gone: 'The item is no longer on the store. It is synced again when it comes back.',
  sync_off: 'Syncing is switched off for this link or its store.',
  not_tracked: 'The store does not count this item. Switch tracking on to sync its quantity.',
  other_location: 'Another location of the store is fed.',
  not_counted: 'Nobody has counted this item yet. Enter how many there are.',
  not_counted_here: 'Nobody has counted it at the location of yours that is shown here, so it is left alone.',
  not_on_platform: 'The store does not show a figure for this item.',
  no_price: 'The product has no price yet. Set one.',
  no_rate: 'There is no exchange rate for the currency of this store. State one in Settings.',
  no_cost: 'Its price has a floor by cost, and what it costs is not known. Give the variant a cost under Products.',
  stale_rate: 'The exchange rate is too old. State a new one in Settings.',
  not_above_zero: 'The price rule leads to a price that is not above 0. Change the rule or the price.',
  price_too_large: 'The price rule leads to a price that is too large to keep. Change the rule or the price.',
  store_disconnected: 'The store is disconnected. Connect it again under Integrations.',
};

/** Why StoreSync holds a figure back, in words. */
export const heldSentence = (reason: string): string =>
  heldSentences[reason] ?? 'StoreSync holds this back until somebody decides.';
