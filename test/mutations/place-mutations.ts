/** Rules of stock at several of a platform's locations, and of who counts it. See mutations.ts. */
import type { Mutation } from './mutation.ts';

const places = ['test/places.db.test.ts'];
const owners = ['test/owners.db.test.ts'];

export const placeMutations: readonly Mutation[] = [
  {
    name: 'a location is shown at one place alone',
    file: 'src/stores/places.ts',
    line: '&& placeFor(places, id) === place',
    without: '',
    tests: ['src/stores/places.test.ts'],
  },
  {
    name: 'what the store counts is shown alone',
    file: 'src/stores/places.ts',
    line: '&& !places.owned.includes(id)',
    without: '',
    tests: ['src/stores/places.test.ts', ...owners],
  },
  {
    name: 'what was never counted at a mapped location is left alone',
    file: 'src/listings/desired.ts',
    line: 'const isMain = place === places.settings.remoteLocationId && ownedAt(places, place) === null;',
    without: 'const isMain = true;',
    tests: ['src/listings/desired.test.ts', ...places],
  },
  {
    name: 'no rule stands between a count and who counts',
    file: 'src/listings/desired.ts',
    line: 'if (ownedAt(places, place) === null && available !== null) ours.push',
    without: 'if (available !== null) ours.push',
    tests: ['src/listings/desired.test.ts', ...owners],
  },
  {
    name: 'units are held where their locations are shown',
    file: 'src/listings/desired.ts',
    line: 'locationIds === null || locationsAt(places, place, locationIds).length > 0 ? sum + units : sum',
    without: 'sum + units + (locationIds?.length ?? 0) * 0',
    tests: ['src/listings/desired.test.ts'],
  },
  {
    name: 'a sale frees the units that were held at its place',
    file: 'src/listings/holds.ts',
    line: '&& one.place === hold.place',
    without: '',
    tests: places,
  },
  {
    name: 'a figure of one call is not put back by another of the same listing',
    file: 'src/sync/claim.ts',
    line: "and o.knowledge = 'in_flight')`",
    without: 'and false)`',
    tests: places,
  },
  {
    name: 'what changes at the owner is adopted where it counts',
    file: 'src/sync/readings.ts',
    line: 'variant.isBundle ? null : ownedAt(places, row.remoteLocationId)',
    without: 'variant.isBundle ? null : (places.owned[0] ?? null)',
    tests: [...owners, ...places],
  },
  {
    name: 'a line that the owner ships in part is booked in part',
    file: 'src/orders/book-orders.ts',
    line: 'beyondBaseline(beyondOwned(item, shares, ownedPlaces), baseline)',
    without: 'beyondBaseline(item, baseline)',
    tests: owners,
  },
  {
    name: 'what moves to where the owner counts is given back',
    file: 'src/orders/booked-from.ts',
    line: 'more.length === 0 ? from :',
    without: 'more.length >= 0 ? from :',
    tests: owners,
  },
  {
    name: 'a first figure of ours contains nothing of what the owner ships',
    file: 'src/orders/booked-from.ts',
    line: 'effect: beyondOwned(item, shares, owned),',
    without: 'effect: item,',
    tests: owners,
  },
  {
    name: 'what a store counts is not moved under it',
    file: 'src/stores/change-store.ts',
    line: '!owned.some(isMoved) &&',
    without: '',
    tests: owners,
  },
  {
    name: 'what is counted by a store is not closed',
    file: 'src/listings/change-location.ts',
    line: 'change.isActive === false && before.ownerStoreId !== null',
    without: 'change.isActive === false && false',
    tests: owners,
  },
  {
    name: 'an older page does not overwrite a newer one',
    file: 'src/listings/store-pulled.ts',
    line: 'Date.parse(updatedAt) >= (newest.get(id) ?? 0)',
    without: 'true',
    tests: ['test/older-page.db.test.ts'],
  },
];
