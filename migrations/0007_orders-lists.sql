DROP INDEX "orders_number";--> statement-breakpoint
DROP INDEX "order_shipments_waiting";--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "reservation_expired_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "refresh_wanted_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "webhook_events" ADD COLUMN "sealed" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "inventory_transactions_order" ON "inventory_transactions" USING btree ("organization_id","document_id") WHERE document_kind = 'order';--> statement-breakpoint
CREATE INDEX "order_shipments_order" ON "order_shipments" USING btree ("organization_id","order_id");--> statement-breakpoint
CREATE INDEX "orders_store" ON "orders" USING btree ("organization_id","store_id","placed_at","id");--> statement-breakpoint
CREATE INDEX "orders_financial" ON "orders" USING btree ("organization_id","financial_status","placed_at","id");--> statement-breakpoint
CREATE INDEX "orders_total" ON "orders" USING btree ("organization_id","total","id");--> statement-breakpoint
CREATE INDEX "orders_tagged" ON "orders" USING btree ("organization_id","placed_at","id") WHERE tags <> '{}'::text[];--> statement-breakpoint
CREATE INDEX "orders_unpaid" ON "orders" USING btree ("organization_id","store_id","placed_at") WHERE status = 'unpaid' and reservation_expired_at is null;--> statement-breakpoint
CREATE INDEX "orders_refresh" ON "orders" USING btree ("organization_id","store_id") WHERE refresh_wanted_at is not null;--> statement-breakpoint
CREATE INDEX "order_shipments_waiting" ON "order_shipments" USING btree ("organization_id","store_id") WHERE state in ('unsent', 'sent', 'unknown') or attempt_after is not null;--> statement-breakpoint
-- Bytewise, so that a range is a prefix under every collation.
create index orders_number_prefix on orders (organization_id, lower(number) text_pattern_ops);
--> statement-breakpoint
create index order_items_words_trgm on order_items using gin ((title || ' ' || variant_title || ' ' || sku) gin_trgm_ops);
--> statement-breakpoint
-- As in 0001: neither a trigram operator nor `@>` may use its index under row-level security, so search runs as the owner and
-- filters the tenant inside. The newest orders come first. Words of items are looked for only from three characters on (two
-- where a character is a word), and not for an e-mail address. Typing errors are forgiven where nothing matches as it is
-- written, through the titles of listings: there are far fewer of them than of items sold.
create policy search on orders for select to current_user using (true);
--> statement-breakpoint
create policy search on order_items for select to current_user using (true);
--> statement-breakpoint
create function search_orders(organization uuid, query text, at_most integer, keys_of_buyer text[] default '{}')
returns table (order_id uuid) language plpgsql stable security definer set search_path = public as $$
declare
  number_from text := lower(ltrim(query, '#'));
  has_words boolean := (length(query) > 2 or octet_length(query) > length(query)) and query !~ '^[^@[:space:]]+@[^@[:space:]]+$';
  with_words uuid[] := '{}';
  pattern text := '%' || replace(replace(replace(query, '\', '\\'), '%', '\%'), '_', '\_') || '%';
begin
  if organization is distinct from nullif(current_setting('app.organization_id', true), '')::uuid then
    return;
  end if;
  if has_words then
    -- Under row-level security the planner may not look into statistics, and takes every word for a rare one. A common one is
    -- found often enough among the newest items; the index is for the others.
    with_words := array(
      select i.order_id from (select n.order_id, n.title, n.variant_title, n.sku from order_items n where n.organization_id = organization order by n.id desc limit 10000) i
      where (i.title || ' ' || i.variant_title || ' ' || i.sku) ilike pattern limit at_most);
    if cardinality(with_words) < 500 then
      with_words := array(
        select i.order_id from order_items i where i.organization_id = organization and (i.title || ' ' || i.variant_title || ' ' || i.sku) ilike pattern
        order by i.id desc limit at_most);
    end if;
  end if;
  return query
    (select o.id from orders o where o.organization_id = organization and number_from <> ''
      and ((lower(o.number) ~>=~ number_from and lower(o.number) ~<~ (number_from || chr(1114111)))
        or (lower(o.number) ~>=~ ('#' || number_from) and lower(o.number) ~<~ ('#' || number_from || chr(1114111))))
      order by o.id desc limit at_most)
    union
    (select o.id from orders o where o.organization_id = organization and keys_of_buyer <> '{}' and o.buyer_keys @> keys_of_buyer limit at_most)
    union
    select unnest(with_words);
  if not found and has_words and length(query) > 3 then
    return query
      select distinct near.order_id from (
        select i.order_id from search_listings(organization, query, 20) s
        join listings l on l.organization_id = organization and l.id = s.listing_id
        join order_items i on i.organization_id = organization and i.store_id = l.store_id and i.platform_variant_id = l.platform_variant_id
        order by i.id desc limit at_most) near;
  end if;
end $$;
--> statement-breakpoint
revoke all on function search_orders(uuid, text, integer, text[]) from public;
--> statement-breakpoint
grant execute on function search_orders(uuid, text, integer, text[]) to storesync_app;
--> statement-breakpoint
-- Orders grow as fast as listings when a store is read for the first time.
create or replace function refresh_statistics() returns integer language plpgsql security definer set search_path = public as $$
declare
  found regclass;
  refreshed integer := 0;
begin
  for found in
    select c.oid::regclass from pg_class c
    where c.relnamespace = 'public'::regnamespace
      and c.relname in ('products', 'product_variants', 'listings', 'listing_levels', 'listing_prices', 'inventory_items', 'orders', 'order_items', 'order_bookings')
      and pg_relation_size(c.oid) > 65536 + 2 * c.relpages::bigint * current_setting('block_size')::bigint
    order by c.relname
  loop
    execute format('analyze %s', found);
    refreshed := refreshed + 1;
  end loop;
  return refreshed;
end $$;
