-- The planner knows nothing of a table that grew from nothing to a hundred thousand rows within a minute: autovacuum looks
-- once a minute. Until then it takes an organization's rows for few, and reads them all where a key would find one, in
-- foreign key checks too. Whoever fills tables calls this now and then; only tables that have doubled since are looked at.
create function refresh_statistics() returns integer language plpgsql security definer set search_path = public as $$
declare
  found regclass;
  refreshed integer := 0;
begin
  for found in
    select c.oid::regclass from pg_class c
    where c.relnamespace = 'public'::regnamespace
      and c.relname in ('products', 'product_variants', 'listings', 'listing_levels', 'listing_prices', 'inventory_items')
      and pg_relation_size(c.oid) > 65536 + 2 * c.relpages::bigint * current_setting('block_size')::bigint
    order by c.relname
  loop
    execute format('analyze %s', found);
    refreshed := refreshed + 1;
  end loop;
  return refreshed;
end $$;
--> statement-breakpoint
revoke all on function refresh_statistics() from public;
--> statement-breakpoint
grant execute on function refresh_statistics() to storesync_app;
