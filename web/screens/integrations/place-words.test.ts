import { expect, test } from 'vitest';
import type { Location } from '~/api-model/stock.ts';
import type { Store } from '~/api-model.ts';
import type { Placing } from '~/parts/places.ts';
import { nowhereWords, type PlaceContext, placeWords } from './place-words.ts';

const ours = (id: string, isActive = true) => ({ id, name: id, isActive }) as Location;
const store = {
  name: 'Blue',
  locations: ['Front', 'Back'].map((name) => ({ id: name, name, active: true, preferred: false })),
} as Pick<Store, 'name' | 'locations'>;
const placing = (change: Partial<Placing>): Placing => ({
  feeding: null,
  map: {},
  emptied: [],
  main: 'Front',
  counts: [],
  ...change,
});
const context = (chosen: Partial<Placing>, before: Partial<Placing> = chosen): PlaceContext => ({
  ...{ store, locations: [ours('Hall'), ours('Barn'), ours('Shed', false)] },
  ...{ chosen: placing(chosen), before: placing(before) },
});
const said = (place: string, chosen: Partial<Placing>, before?: Partial<Placing>) =>
  placeWords(context(chosen, before), place).text;

test.each([
  ['Shows Hall and Barn together.', said('Front', {})],
  ['Shows Hall and Barn together. Its orders are taken from Barn first.', said('Front', { map: { Front: 'Barn' } })],
  ['Shows Barn. Its orders are taken from Barn first.', said('Back', { map: { Back: 'Barn' } })],
  ['Left alone: it keeps what it shows. Its orders count as those of Front.', said('Back', {})],
  [
    'Nothing is sent here any more: it keeps what it shows now, and goes on selling it. Its orders count as those of Front.',
    said('Back', {}, { map: { Back: 'Barn' } }),
  ],
  ['Nothing of yours is sold here: it shows 0.', said('Back', { emptied: ['Back'] })],
  [
    'Left alone: it keeps what it shows. Barn does not feed this store; orders of this location are still taken from it first.',
    said('Back', { map: { Back: 'Barn' }, feeding: ['Hall'] }),
  ],
  [
    'Left alone: it keeps what it shows. Barn is shown at Front; orders of this location are still taken from it first.',
    said('Back', { map: { Back: 'Barn', Front: 'Barn' } }),
  ],
  ['Shows Hall alone, as Blue counts it.', said('Front', { counts: ['Hall'] })],
  ['None of your locations is shown here: it shows 0.', said('Front', { map: { Back: 'Barn' }, feeding: ['Barn'] })],
  ['Shed is closed: what was counted there shows 0 here.', said('Back', { map: { Back: 'Shed' } })],
])('%s', (want, text) => expect(text).toBe(want));

test('what a store cannot show is told, with what to do', () => {
  expect(nowhereWords(context({ counts: ['Hall'] }))).toBe(
    'Blue does not sell what stands at Barn: where it counts a location itself, it shows that one alone. To sell it there, show it at another of its locations.',
  );
  expect(nowhereWords(context({ counts: ['Hall'], map: { Back: 'Barn' } }))).toBeNull();
});
