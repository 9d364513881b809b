-- Whoever makes work for a store notes that it is due, and whoever ends a turn notes when it is due again. Makers do not
-- wait for each other: a store that is due already stays as it is, and only the end of a turn is kept apart from them.
create function due_lock(store uuid) returns bigint language sql immutable strict parallel safe as $$
  select hashtextextended('due ' || store::text, 0)
$$;
--> statement-breakpoint
-- Volatile, so that the update sees what was committed before the lock was granted.
create function make_due(organization uuid, stores uuid[], moment timestamptz) returns void language plpgsql volatile as $$
declare
  store uuid;
begin
  for store in select distinct s from unnest(stores) s order by s loop
    perform pg_advisory_xact_lock_shared(due_lock(store));
  end loop;
  with later as (
    select d.store_id from store_directory d where d.organization_id = organization and d.store_id = any(stores) and d.next_run_at > moment
    order by d.store_id for no key update
  )
  update store_directory d set next_run_at = moment from later where d.organization_id = organization and d.store_id = later.store_id;
end
$$;
