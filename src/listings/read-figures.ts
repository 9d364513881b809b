/** Prices and quantities of listings, with their states, for every screen that shows a cell. */
import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { Refusal } from '#connectors/errors.ts';
import type { Transaction } from '#db/transaction.ts';
import { type CellState, type FigureState, figureState, gravest, listingState } from '#listings/cell-state.ts';
import { listingLevels, listingPrices, listings } from '#listings/listings-tables.ts';
import { refusalSentence } from '#listings/refusal-sentence.ts';
import type { Hub } from '#stores/hub.ts';
import { stores } from '#stores/stores-tables.ts';

export interface ShownFigure<V> {
  desired: V | null;
  remote: V | null;
  state: CellState;
  reason: string | null;
}

export interface ShownRefusal {
  sentence: string;
  /** The platform's own message, whole. */
  platformMessage: string | null;
}

export interface ListingFigures {
  listing: typeof listings.$inferSelect;
  store: { name: string; platform: string };
  price: ShownFigure<string> & { currency: string };
  quantity: ShownFigure<number>;
  state: CellState;
  waitUntil: Date | null;
  refusal: ShownRefusal | null;
}

/** The listings that `where` selects, with their figures, by id. Bounded by the caller. */
export async function readFigures(hub: Hub, tx: Transaction, where: SQL): Promise<ListingFigures[]> {
  const rows = await tx
    .select({
      listing: listings,
      store: {
        name: stores.name,
        platform: stores.platform,
        status: stores.status,
        blockedUntil: stores.blockedUntil,
        currency: stores.currency,
      },
    })
    .from(listings)
    .innerJoin(stores, and(eq(stores.organizationId, listings.organizationId), eq(stores.id, listings.storeId)))
    .where(and(eq(listings.organizationId, tx.organizationId), where))
    .orderBy(listings.id);
  const ids = rows.map(({ listing }) => listing.id);
  const [prices, levels] = [await readPrices(tx, ids), await readLevels(tx, ids)];
  const now = hub.clock.now();
  return rows.map(({ listing, store }) => {
    const price = prices.get(listing.id);
    const around = {
      status: listing.status,
      storeStatus: store.status,
      storeBlockedUntil: store.blockedUntil,
      nextSyncAt: listing.nextSyncAt,
    };
    const priceState = figureState(price ?? null, around, now);
    const quantity = levels.get(listing.id) ?? [];
    const states = quantity.map((level) => ({ level, ...figureState(asFigure(level), around, now) }));
    const worst = gravest(states.map(({ state }) => state));
    const levelState = states.find(({ state }) => state === worst) ?? { level: null, ...figureState(null, around, now) };
    const refused =
      priceState.state === 'refused'
        ? { stored: price?.refusal }
        : levelState.state === 'refused'
          ? { stored: levelState.level?.refusal }
          : null;
    return {
      listing,
      store: { name: store.name, platform: store.platform },
      price: {
        desired: price?.desired ?? null,
        remote: price?.remote ?? null,
        currency: price?.currency ?? store.currency,
        ...shown(priceState),
      },
      quantity: {
        desired: sumOf(quantity.map(({ desired }) => desired)),
        remote: sumOf(quantity.map(({ remote }) => remote)),
        ...shown(levelState),
      },
      state: listingState(priceState, levelState),
      waitUntil: priceState.waitUntil ?? levelState.waitUntil,
      refusal: refused && shownRefusal(hub, store.platform, refused.stored ?? ignoredWrites),
    };
  });
}

/** No answer of the platform refused it: it took the writes and then showed something else (see level-state.ts). */
const ignoredWrites: Refusal = { code: 'accepted_but_ignored', parameters: {} };

const shown = ({ state, reason }: FigureState): { state: CellState; reason: string | null } => ({ state, reason });

function shownRefusal(hub: Hub, platform: string, refusal: Refusal): ShownRefusal {
  return {
    sentence: refusalSentence(hub.connectors, platform, refusal),
    platformMessage: refusal.answer?.message ?? refusal.answer?.body ?? null,
  };
}

type PriceRow = typeof listingPrices.$inferSelect;
type LevelRow = typeof listingLevels.$inferSelect;

const asFigure = (level: LevelRow) => ({
  ...level,
  desired: level.desired === null ? null : String(level.desired),
  remote: level.remote === null ? null : String(level.remote),
});

async function readPrices(tx: Transaction, listingIds: readonly string[]): Promise<Map<string, PriceRow>> {
  const rows = await tx
    .select()
    .from(listingPrices)
    .where(
      and(
        eq(listingPrices.organizationId, tx.organizationId),
        sql`${listingPrices.listingId} = any(${sql.param([...listingIds])}::uuid[])`,
      ),
    );
  return new Map(rows.map((row) => [row.listingId, row]));
}

/** Of all places together; null while one of them is not known. */
const sumOf = (units: readonly (number | null)[]): number | null =>
  units.length === 0 ? null : units.reduce((sum, one) => (sum === null || one === null ? null : sum + one));

/**
 * Of each listing the levels at the places where our stock is shown; where it is shown nowhere, the first. What is not
 * counted at one place is left out while it is at another.
 */
async function readLevels(tx: Transaction, listingIds: readonly string[]): Promise<Map<string, LevelRow[]>> {
  const rows = await tx
    .select()
    .from(listingLevels)
    .where(
      and(
        eq(listingLevels.organizationId, tx.organizationId),
        sql`${listingLevels.listingId} = any(${sql.param([...listingIds])}::uuid[])`,
      ),
    )
    .orderBy(
      listingLevels.listingId,
      sql`${listingLevels.desired} is null`,
      sql`${listingLevels.heldReason} = 'other_location'`,
      listingLevels.remoteLocationId,
    );
  const levels = new Map<string, LevelRow[]>();
  for (const row of rows) {
    const before = levels.get(row.listingId);
    if (before === undefined) levels.set(row.listingId, [row]);
    else if (row.desired !== null) before.push(row);
  }
  return levels;
}
