import { sql } from 'drizzle-orm';
import type { TwoStores } from './two-stores.ts';

/** On hand and reserved of a world's one thing, by the name of our location. */
export async function stockByLocation(world: TwoStores): Promise<Record<string, [number, number]>> {
  const rows = await world.rows<{ name: string; on_hand: number; reserved: number }>(sql`
    select w.name, n.on_hand, n.reserved from inventory_items n join inventory_locations w on w.organization_id = n.organization_id and w.id = n.location_id
    where n.organization_id = ${world.organizationId}`);
  return Object.fromEntries(rows.map((row) => [row.name, [row.on_hand, row.reserved]]));
}
