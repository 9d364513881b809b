/** What waits for a person, as lines that lead to where it is mended. Pure. */
import type { LinkProps } from '@tanstack/react-router';
import type { ChangeSet } from '~/api-model/activity.ts';
import type { Store } from '~/api-model.ts';
import { counted } from '~/parts/amounts.ts';
import { capitalized, changeName } from '~/screens/activity/change-name.ts';
import { endsSoon, missingWords } from '~/screens/integrations/permission.ts';

export interface Need {
  id: string;
  /** `bad`: something is wrong for a buyer or stands still; `wait`: somebody should look. */
  tone: 'bad' | 'wait';
  text: string;
  /** What to do, in a few words. */
  step: string;
  link: LinkProps;
}

export interface NeedSources {
  stores: readonly Store[];
  oversold: number;
  unlinked: number;
  /** Orders whose last shipment the platform refused. */
  refusedShipments: number;
  /** Listings that show too few, and no order says why. */
  unexplained: number;
  /** Prices and quantities changed on a store, about which a person is asked. */
  differences: number;
  changeSets: readonly ChangeSet[];
  now: number;
}

const dayMilliseconds = 86_400_000;

/** The urgent ones first; nothing for a disconnected store, which somebody has decided. */
export function needsOf(sources: NeedSources): Need[] {
  const { stores, oversold, unlinked, refusedShipments, unexplained, differences, changeSets, now } = sources;
  const needs: Need[] = [];
  if (oversold > 0) {
    needs.push({
      id: 'oversold',
      tone: 'bad',
      text: `${counted(oversold, 'order')} sold more than there was`,
      step: 'Get the goods in, or cancel',
      link: { to: '/orders', search: { view: 'attention', attention: 'oversold' } },
    });
  }
  if (refusedShipments > 0) {
    needs.push({
      id: 'refused shipments',
      tone: 'bad',
      text: `${counted(refusedShipments, 'shipment was', 'shipments were')} refused, so the store does not know of ${refusedShipments === 1 ? 'it' : 'them'}`,
      step: 'See why, try again',
      link: { to: '/orders', search: { view: 'attention', attention: 'refused' } },
    });
  }
  const shown = stores.filter(({ status }) => status !== 'disconnected');
  for (const store of shown) {
    const pending = changeSets.reduce(
      (sum, { storeId, summary }) => sum + (storeId === store.id ? (summary.listings ?? 0) : 0),
      0,
    );
    needs.push(...storeNeeds(store, pending, now));
  }
  if (unlinked > 0) {
    needs.push({
      id: 'unlinked',
      tone: 'wait',
      text: `${counted(unlinked, 'order has', 'orders have')} items that are not linked, so they are not taken off your stock`,
      step: 'Link them',
      link: { to: '/orders', search: { view: 'attention', attention: 'unlinked' } },
    });
  }
  // Those that are asked about together are told of by their change.
  const together = changeSets.reduce((sum, change) => sum + (change.cause === 'adoption' ? waitingOf(change) : 0), 0);
  const single = differences - together;
  if (single > 0) {
    needs.push({
      id: 'differences',
      tone: 'wait',
      text: `${counted(single, 'price or quantity was', 'prices or quantities were')} changed on a store: should ${single === 1 ? 'it' : 'they'} count?`,
      step: 'Decide',
      link: { to: '/activity', search: { tab: 'differences', drift: 'waiting' } },
    });
  }
  if (unexplained > 0) {
    needs.push({
      id: 'unexplained',
      tone: 'wait',
      text: `${counted(unexplained, 'listing shows', 'listings show')} fewer than expected and no order says why: the units are kept back for now`,
      step: 'See what changed',
      link: { to: '/activity', search: { level: 'warning' } },
    });
  }
  for (const change of changeSets.filter(({ importing }) => !importing)) {
    const name = shown.find(({ id }) => id === change.storeId)?.name;
    needs.push({
      id: `change ${change.id}`,
      tone: 'wait',
      text: `${capitalized(changeName(change, name))}: would change ${counted(change.summary.listings ?? 0, 'listing')}, and waits for you`,
      step: 'Approve or discard',
      link: { to: '/activity' },
    });
  }
  return [...needs.filter(({ tone }) => tone === 'bad'), ...needs.filter(({ tone }) => tone === 'wait')];
}

const waitingOf = ({ summary: { zeroed = 0, repriced = 0 } }: ChangeSet): number => zeroed + repriced;

function storeNeeds(store: Store, pending: number, now: number): Need[] {
  const needs: Need[] = [];
  const settings: LinkProps = { to: '/integrations', search: { settings: store.id } };
  const say = (kind: string, need: Omit<Need, 'id'>) => needs.push({ id: `${kind} ${store.id}`, ...need });
  if (store.status === 'needs_reconnect')
    say('reconnect', {
      tone: 'bad',
      text: `${store.name} no longer accepts its credentials`,
      step: 'Reconnect',
      link: { to: '/integrations' },
    });
  if (store.status === 'active' && store.lastError !== null)
    say('error', {
      tone: 'bad',
      text: `${store.name}: ${store.lastError.message}`,
      step: 'Look',
      link: { to: '/activity', search: { storeId: store.id } },
    });
  if (store.counts.refused > 0) {
    say('refused', {
      tone: 'bad',
      text: `${store.name} refuses ${counted(store.counts.refused, 'listing')}`,
      step: 'See why',
      link: { to: '/product-links', search: { storeId: store.id, state: 'refused' } },
    });
  }
  // Those that wait for approval are told of by their change.
  const held = store.status === 'active' ? store.counts.held - pending : 0;
  if (held > 0)
    say('held', {
      tone: 'wait',
      text: `${counted(held, 'listing')} on ${store.name} ${held === 1 ? 'is' : 'are'} held back: nothing is sent for ${held === 1 ? 'it' : 'them'}`,
      step: 'See why',
      link: { to: '/product-links', search: { storeId: store.id, state: 'held' } },
    });
  if (store.scopesMissing.length > 0)
    say('scopes', {
      tone: 'wait',
      text: `${store.name} does not let StoreSync ${missingWords(store.scopesMissing)}`,
      step: 'Reconnect',
      link: { to: '/integrations' },
    });
  if (store.status === 'paused')
    say('paused', { tone: 'wait', text: `${store.name} is paused: nothing is sent to it`, step: 'Resume', link: settings });
  const end = endsSoon(store, now);
  if (end !== null && store.status !== 'needs_reconnect') {
    const days = (Date.parse(end) - now) / dayMilliseconds;
    const when = days < 1 ? 'within a day' : `in ${counted(Math.floor(days), 'day')}`;
    say('expiry', {
      tone: 'wait',
      text: `The permission of ${store.name} ends ${when}`,
      step: 'Reconnect',
      link: { to: '/integrations' },
    });
  }
  return needs;
}
