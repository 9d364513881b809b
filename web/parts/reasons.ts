/** Why something is held or waits: codes of the rules, as sentences with what to do. */
const sentences: Record<string, string> = {
  no_price: 'The product has no price. Give it one and it is sent.',
  no_rate: 'Your currency differs from the store’s and no exchange rate is stated. State one and the price is sent.',
  stale_rate: 'The stated exchange rate is too old. State a new one and the price is sent.',
  not_above_zero: 'The price rule comes to zero or less. Change the rule or the price.',
  untracked: 'The store does not count this one, so no quantity is sent. Enable tracking under Product links.',
  oversellable:
    'The store goes on selling this one when it is empty, so no quantity is sent. Enable tracking under Product links.',
  gift_card: 'Gift cards are not counted, so no quantity is sent.',
  approval: 'The price changes by more than the store’s limit and waits for approval.',
  brake: 'A bulk change touched more listings than the store’s brake allows and waits for approval.',
  paused: 'The store is paused. Resume it and this goes on.',
  unknown: 'The last write got no answer. The store is read again before anything more is sent.',
  sync_off: 'Sending is switched off for this link.',
};

/** Null when there is nothing to say; a server's own sentence stands as it is. */
export function heldReason(reason: string | null | undefined): string | null {
  if (reason === null || reason === undefined || reason === '') return null;
  return (
    sentences[reason] ??
    (reason.includes(' ') ? reason : `${reason.charAt(0).toUpperCase()}${reason.slice(1).replaceAll('_', ' ')}.`)
  );
}
