/** A place of a platform at which nothing of ours is sold: it shows 0, and nothing is shown twice. */
import { describe, expect, test } from 'vitest';
import { explainListing } from '#listings/explain-listing.ts';
import { previewRules } from '#sync/preview-rules.ts';
import { begin, both, causes, change, counts, held, order, reasons, shop, shown, sold, told, world } from './two-places.ts';

describe('where nothing is to be sold', () => {
  test('0 is shown, and nothing is shown twice: neither what was taken off the map nor what was never on it', async () => {
    await begin();
    await change({ locationMap: {}, emptyPlaces: ['boutique'] });
    expect(shown()).toEqual([5, 8, 0]);
    expect(await reasons()).toEqual({ depot: null, boutique: null });
    await change({ locationMap: { boutique: shop } });
    expect(shown(), 'what is mapped to it counts before that').toEqual([5, 5, 3]);
    await change({ locationMap: {} });
    expect(shown(), 'left alone').toEqual([5, 8, 3]);
  });

  test('0 is shown of what nobody has counted yet, and whatever the stock rule says', async () => {
    await begin({ locationMap: {}, stockRule: { buffer: 0, percent: 100, cap: null, fixed: 4 } });
    expect(shown()).toEqual([5, 4, 40]);
    await change({ emptyPlaces: ['boutique'] });
    expect(shown()).toEqual([5, 4, 0]);
  });

  test('the main place moves: what it showed before does not stay there', async () => {
    await begin({ locationMap: {} });
    await change({ remoteLocationId: 'boutique', emptyPlaces: ['depot'] });
    expect(shown()).toEqual([5, 0, 8]);
  });

  test.each(['hub', 'store', 'ask'] as const)('an edit there is set back, with the policy "%s" too', async (policy) => {
    await begin();
    await change({ locationMap: {}, emptyPlaces: ['boutique'], drift: { quantity: policy } });
    world.other.good('shirt*').elsewhere = { boutique: 9 };
    await told('boutique');
    await both();
    expect([shown(), await counts(), await causes()]).toEqual([
      [5, 8, 0],
      { Main: [5, 0], Shop: [3, 0] },
      [['boutique', 'edited', 'put_back']],
    ]);
  });

  test.each(['hub', 'store'] as const)(
    'a last sale is held from what the main place shows, and its order frees it (policy "%s")',
    async (policy) => {
      await begin({ drift: { quantity: policy } });
      await change({ locationMap: {}, emptyPlaces: ['boutique'] });
      sold('boutique', 2);
      await told('boutique');
      await both();
      expect([await held(), shown()]).toEqual([[{ place: 'boutique', units: 2 }], [3, 6, 0]]);
      await order('A', 'boutique', 2);
      await both();
      expect([await held(), await counts(), shown()]).toEqual([[], { Main: [5, 2], Shop: [3, 0] }, [3, 6, 0]]);
    },
  );

  test('units that the platform does not give up there are sold nowhere else, not at its main place either', async () => {
    await begin();
    const refusal = { code: 'campaign', parameters: {}, keepsUnits: true };
    world.other.next('pushQuantities', async (writes) => {
      const asked = writes as readonly { writeId: string; ref: { locationId: string } }[];
      return asked.map(({ writeId, ref: { locationId } }) =>
        locationId === 'boutique'
          ? { writeId, outcome: 'refused' as const, refusal }
          : { writeId, outcome: 'not_taken' as const },
      ) as never;
    });
    await change({ locationMap: {}, emptyPlaces: ['boutique'] });
    expect([await held(), shown()]).toEqual([[{ place: 'boutique', units: 3 }], [2, 5, 3]]);
  });

  test('it is told so by place, and is no part of the sum', async () => {
    await begin();
    await change({ locationMap: {}, emptyPlaces: ['boutique'] });
    const { listing_id: listingId } = await world.level('shirt*');
    const { quantity } = await explainListing(world.hub, world.actor, listingId);
    expect(quantity).toMatchObject({
      result: '8',
      places: [
        { id: 'boutique', locations: [], isOwned: false, result: '0', pushed: { remote: '0' } },
        { id: 'depot', locations: ['Main', 'Shop'], isOwned: false, result: '8', pushed: { remote: '8' } },
      ],
    });
  });

  test('it is previewed before it is saved', async () => {
    await begin();
    const ask = (patch: object) =>
      world.within((tx) => previewRules(world.hub, tx, { scope: { storeId: world.otherId }, patch, figures: 'quantities' }));
    const { recounted, largest } = await ask({ locationMap: {}, emptyPlaces: ['boutique'] });
    expect([recounted, largest[0]?.quantity]).toMatchObject([1, { before: 8, after: 8 }]);
    expect((await ask({ emptyPlaces: ['boutique'] })).largest, 'mapped it is not emptied').toEqual([]);
  });
});
