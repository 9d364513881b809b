/** A campaign holds units of a product that is sold from two places, on a platform that takes both places at once or none. */
import { describe, expect, test } from 'vitest';
import { adjustStock } from '#listings/adjust-stock.ts';
import { begin, both, change, held, shop, shown, world } from './two-places.ts';

/** Writes to both places that the platform refused. */
let refused = 0;

/** Nothing of the next write to both places is taken. */
function lock(): void {
  world.other.next('pushQuantities', async (writes) => {
    const asked = writes as readonly { writeId: string }[];
    expect(asked, 'both places in one call').toHaveLength(2);
    refused += 1;
    return asked.map(({ writeId }) => {
      return { writeId, outcome: 'refused' as const, refusal: { code: 'campaign', parameters: {}, keepsUnits: true } };
    }) as never;
  });
}

/** Eight at the depot, of which three are to move to the boutique: refused. */
async function start(): Promise<void> {
  refused = 0;
  await begin();
  await change({ locationMap: {}, emptyPlaces: ['boutique'] });
  expect(shown()).toEqual([5, 8, 0]);
  lock();
  await change({ locationMap: { boutique: shop }, emptyPlaces: [] });
  expect([shown(), await held(), refused]).toEqual([[0, 8, 0], [{ place: 'depot', units: 8 }], 1]);
}

async function quarterLater(): Promise<void> {
  world.clock.advance(901);
  await both();
}

describe('a higher quantity that was refused for the sake of a lower one of another place', () => {
  test('is tried again together with that one, for as long as it is refused', async () => {
    await start();
    lock();
    await quarterLater();
    expect([shown(), await held(), refused]).toEqual([[0, 8, 0], [{ place: 'depot', units: 8 }], 2]);
    await quarterLater();
    expect([shown(), await held()]).toEqual([[5, 5, 3], []]);
  });

  test('is tried again by itself when the other is not to be lowered any more', async () => {
    await start();
    await adjustStock(world.hub, world.actor, { variantId: await world.variantOf('shirt'), counted: 8 });
    await both();
    expect([shown(), await held()]).toEqual([[8, 8, 0], []]);
    await quarterLater();
    expect(shown()).toEqual([8, 8, 3]);
  });
});
