/** Why something is held or waits: codes of the rules, as sentences with what to do. */
const sentences: Record<string, string> = {
  no_price: 'The product has no price. Give it one and it is sent.',
  no_rate: 'Your currency is not the store’s, and no exchange rate is stated. State one in the settings and the price is sent.',
  stale_rate: 'The stated exchange rate is too old. State a new one in the settings and the price is sent.',
  no_cost: 'Its price has a floor by cost, and what it costs is not known. Give the variant a cost and it is sent.',
  not_above_zero: 'The price rule comes to zero or less. Change the rule or the price.',
  price_too_large: 'The price rule comes to more than can be kept. Change the rule or the price.',
  drift_waits: 'The price was changed on the store itself. Say under Differences which one is to count.',
  adoption_waits:
    'Very many figures were set to 0 or repriced on the store within an hour. None of them was taken over; say under Activity which are to count.',
  not_counted: 'Nobody has counted this item yet. Enter how many there are.',
  not_counted_here: 'Nobody has counted it at the location of yours that is shown here, so it is left alone.',
  not_tracked: 'It is sold without being counted, so no quantity is sent.',
  not_on_platform: 'It is not on the store at the moment, so nothing is sent. It goes on when the store shows it again.',
  gone: 'It is no longer on the store. It goes on when it comes back.',
  other_location: 'None of your locations is shown at this location of the store; it is left alone.',
  sync_off: 'Sending it is switched off, for this link or for the whole store.',
  store_disconnected: 'The store is disconnected. Connect it again and this goes on.',
  store_paused: 'The store is paused. Resume it and this goes on.',
  store_needs_reconnect: 'The store no longer accepts its credentials. Reconnect it and this goes on.',
  retry: 'The last write got no clear answer. The store is read again before anything more is sent.',
  raise_waits: 'A higher quantity is sent as soon as the store’s newest orders have been read: one of them may have taken it.',
  platform_unavailable: 'The platform does not answer. It is tried again by itself.',
  schedule: 'This link has a schedule of its own.',
};

/** Not linked is a state of its own and needs no reason. */
const silent = new Set(['', 'unlinked', 'ignored']);

/** Null when there is nothing to say. A code that this page does not know yet is shown in its words. */
export function heldReason(reason: string | null | undefined): string | null {
  if (reason === null || reason === undefined || silent.has(reason)) return null;
  return sentences[reason] ?? `${reason.charAt(0).toUpperCase()}${reason.slice(1).replaceAll('_', ' ')}.`;
}

const slowness: Record<string, string> = {
  throttled: 'the platform has asked to slow down',
  not_answering: 'the platform does not answer',
  behind: 'quantities have waited for more than a minute',
  access_ending: 'the permission is about to end',
};

/** Why a store takes changes late, as a part of a sentence. */
export const slowWords = (reason: string): string => slowness[reason] ?? reason.replaceAll('_', ' ');
