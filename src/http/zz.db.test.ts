import { sql } from 'drizzle-orm';
import { test } from 'vitest';
import { addStore } from '#http/test-goods.ts';
import { openPool } from '#db/pool.ts';
import { startTestServer, ask } from '#http/test-server.ts';
test('perf', { timeout: 600_000 }, async () => {
  let server;
  try { server = await startTestServer(); } catch (e) { console.log(String(e)); throw e; }
  const o = server.owner.organizationId;
  const stores = [await addStore(server.hub, o, 'A'), await addStore(server.hub, o, 'B')];
  await server.hub.db.inOrganization(o, async (tx) => {
    await tx.execute(sql`insert into products (organization_id, id, title, created_at, updated_at) select ${o}::uuid, ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, (array['Red','Blue','Green','Warm','Soft','Light','Heavy','Old'])[1 + n % 8] || ' ' || (array['Shirt','Mug','Lamp','Hat','Scarf','Book','Pen','Chair','Table'])[1 + n % 9] || ' ' || n, now() - n * interval '1 second', now() - n * interval '1 second' from generate_series(1, 50000) n`);
    await tx.execute(sql`insert into product_variants (organization_id, id, product_id, sku, sku_key, price, currency, created_at, updated_at) select ${o}::uuid, id, id, 'S' || title, lower('S' || title), 10, 'USD', now(), now() from products where organization_id = ${o}`);
    for (const s of stores) {
      await tx.execute(sql`insert into listings (organization_id, id, store_id, status, variant_id, platform_product_id, platform_variant_id, product_title, sku, sku_key, state, stock_policy, last_seen_at, created_at, updated_at)
        select ${o}::uuid, gen_random_uuid(), ${s}::uuid, case when random() < 0.9 then 'linked' else 'unlinked' end, null, id::text, '1', title, 'x' || title, 'x' || lower(title), 'live', 'tracked', now(), now(), now() from (select * from products where organization_id = ${o}) p where false`);
      await tx.execute(sql`insert into listings (organization_id, id, store_id, status, variant_id, platform_product_id, platform_variant_id, product_title, sku, sku_key, state, stock_policy, last_seen_at, created_at, updated_at)
        select ${o}::uuid, gen_random_uuid(), ${s}::uuid, case when n % 10 > 0 then 'linked' else 'unlinked' end, case when n % 10 > 0 then id end, id::text, '1', title, 'x' || title, 'x' || lower(title), 'live', 'tracked', now(), now(), now() from (select *, row_number() over (order by id) n from products where organization_id = ${o}) p`);
    }
    await tx.execute(sql`insert into listing_levels (organization_id, id, listing_id, store_id, remote_location_id, desired, remote, knowledge, updated_at, eligible, refused_for) select ${o}::uuid, gen_random_uuid(), id, store_id, '', 5, 5, 'known', now(), random() < 0.001, case when random() < 0.0005 then '5' end from listings where organization_id = ${o}`);
    await tx.execute(sql`insert into listing_prices (organization_id, id, listing_id, store_id, currency, desired, remote, knowledge, updated_at) select ${o}::uuid, gen_random_uuid(), id, store_id, 'USD', 5, 5, 'known', now() from listings where organization_id = ${o}`);
  });
  const owner = openPool(server.ownerUrl, { onError() {} }); await owner.query('analyze'); await owner.end();
  const urls = ['/api/stores', '/api/products', '/api/products?sort=-updatedAt', '/api/products?q=blue%20shrt', '/api/products?q=shirt%2040000', '/api/products?state=behind', '/api/products?state=refused', '/api/products?state=not_linked', '/api/products?state=in_sync', `/api/products?storeId=${stores[0]}`, '/api/listings', `/api/listings?storeId=${stores[0]}`, '/api/listings?status=unlinked', `/api/listings?storeId=${stores[0]}&status=linked`, '/api/listings?state=behind', '/api/listings?state=refused', '/api/listings?state=held', '/api/listings?state=in_sync', '/api/listings?q=warm%20lamp', '/api/freshness', '/api/product-links', '/api/inventory'];
  for (const url of urls) {
    const times = [];
    for (let n = 0; n < 3; n++) { const t = performance.now(); const a = await server.owner.get(url); times.push(Math.round(performance.now() - t)); if (a.status !== 200) console.log(a.text); if (n === 2) console.log(url.padEnd(60), times.join(' '), a.body.items?.length ?? ''); }
  }
  await server.close();
});
