/** A bulk change as one round makes it: half of the goods are changed in the hub, the others by a person at the source store. */
import { present } from '#base/assert.ts';
import type { SeededRandom } from '#catalog/csv/seeded-random.ts';
import { adjustStock } from '#listings/adjust-stock.ts';
import { changeVariant } from '#listings/change-variant.ts';
import type { Expectations } from '#test/crash/expectations.ts';
import type { Installation } from '#test/crash/installation.ts';

/** Goods changed per round in the hub and at the source. */
const inHub = 60;
const atSource = 20;
const lanes = 6;

/** Writes to the stores that one round is sure to cause: a quantity and a price, on two platforms. */
export const writesPerRound = inHub * 4;

export interface BulkChange {
  /** How many changes got no answer. */
  unanswered: number;
}

/** `mayFail`: the database is killed meanwhile, and a change without an answer is undecided. Else an error is thrown. */
export async function changeMuch(
  installation: Installation,
  expectations: Expectations,
  random: SeededRandom,
  mayFail: () => boolean,
): Promise<BulkChange> {
  const all = expectations.all().map(({ sku }) => sku);
  const ours = random.shuffled(all.filter((_, at) => at % 2 === 0)).slice(0, inHub);
  const theirs = random.shuffled(all.filter((_, at) => at % 2 === 1)).slice(0, atSource);
  editAtSource(installation, expectations, random, theirs);
  const changes = ours.map((sku) => ({
    sku,
    delta: 1 + random.below(9),
    price: `${10 + random.below(90)}.${10 + random.below(90)}`,
  }));
  let next = 0;
  let unanswered = 0;
  const attempt = async (act: () => Promise<unknown>, note: (acknowledged: boolean) => void) => {
    try {
      await act();
      note(true);
    } catch (thrown) {
      if (!mayFail()) throw thrown;
      unanswered++;
      note(false);
    }
  };
  const { hub, actor } = installation;
  const lane = async () => {
    for (let change = changes[next++]; change !== undefined; change = changes[next++]) {
      const { sku, delta, price } = change;
      const { variantId } = expectations.of(sku);
      await attempt(
        () => adjustStock(hub, actor, { variantId, delta }),
        (acknowledged) => expectations.adjusted(sku, delta, acknowledged),
      );
      await attempt(
        () => changeVariant(hub, actor, variantId, { price }),
        (acknowledged) => expectations.priced(sku, price, acknowledged),
      );
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return { unanswered };
}

function editAtSource(
  installation: Installation,
  expectations: Expectations,
  random: SeededRandom,
  skus: readonly string[],
): void {
  const { control } = present(installation.stores[0], 'the source store').hosted.shop;
  const idOf = new Map(control.goods().map((good) => [good.sku, good.variantId]));
  for (const sku of skus) {
    const quantity = 10 + random.below(200);
    const price = `${10 + random.below(90)}.${10 + random.below(90)}`;
    control.edit(present(idOf.get(sku), sku), { quantity, price });
    expectations.counted(sku, quantity);
    expectations.priced(sku, price, true);
  }
}
