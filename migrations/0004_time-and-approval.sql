DROP INDEX "listing_levels_next_change";--> statement-breakpoint
ALTER TABLE "listing_levels" ADD COLUMN "replaced_value" integer;--> statement-breakpoint
ALTER TABLE "listing_prices" ADD COLUMN "replaced_value" numeric(19,4);--> statement-breakpoint
ALTER TABLE "listings" ADD COLUMN "unlinked_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "listing_prices_approval" ON "listing_prices" USING btree ("organization_id","store_id","listing_id") WHERE held_reason = 'needs_approval';--> statement-breakpoint
CREATE INDEX "listing_prices_next_change" ON "listing_prices" USING btree ("organization_id","store_id","next_change_at") WHERE next_change_at is not null;--> statement-breakpoint
CREATE INDEX "listing_levels_next_change" ON "listing_levels" USING btree ("organization_id","store_id","next_change_at") WHERE next_change_at is not null;--> statement-breakpoint
-- Sync logs stay 90 days: a month goes as a whole when its last day is older than that. How long stands here, where the
-- application may call it but not shorten it (I12). A partition in use is left for the next hour.
create function drop_old_sync_logs() returns integer language plpgsql security definer set search_path = public set lock_timeout = '5s' as $$
declare
  part record;
  dropped integer := 0;
begin
  for part in
    select c.oid::regclass as name from pg_inherits h join pg_class c on c.oid = h.inhrelid
    where h.inhparent = 'sync_logs'::regclass and c.relname ~ '^sync_logs_\d{4}_\d{2}$'
      and (to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month') at time zone 'utc' < now() - interval '90 days'
    order by c.relname
  loop
    execute format('drop table %s', part.name);
    dropped := dropped + 1;
  end loop;
  delete from sync_logs_default where created_at < now() - interval '90 days';
  return dropped;
end $$;
--> statement-breakpoint
-- Housekeeping visits every organization, also one that has no store yet.
create function every_organization() returns setof uuid language sql stable security definer set search_path = public as $$
  select id from organizations
$$;
--> statement-breakpoint
revoke all on function drop_old_sync_logs(), every_organization() from public;
--> statement-breakpoint
grant execute on function drop_old_sync_logs(), every_organization() to storesync_app;
