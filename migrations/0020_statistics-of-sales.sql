-- A store that sells fast fills these within seconds too, by webhooks; workers call this every few seconds.
create or replace function refresh_statistics() returns integer language plpgsql security definer set search_path = public as $$
declare
  found regclass;
  refreshed integer := 0;
begin
  for found in
    select c.oid::regclass from pg_class c
    where c.relnamespace = 'public'::regnamespace
      and c.relname in ('products', 'product_variants', 'listings', 'listing_levels', 'listing_prices', 'inventory_items',
        'orders', 'order_items', 'order_bookings', 'order_shipments', 'order_events', 'webhook_events', 'inventory_transactions')
      and pg_relation_size(c.oid) > 65536 + 2 * c.relpages::bigint * current_setting('block_size')::bigint
    order by c.relname
  loop
    execute format('analyze %s', found);
    refreshed := refreshed + 1;
  end loop;
  return refreshed;
end $$;
