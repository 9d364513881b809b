-- Walls: forced row-level security, grants by role, monthly partitions, search that keeps the tenant and its index.

create extension if not exists pg_trgm;
--> statement-breakpoint
-- Every table with a policy is a tenant table: its owner is under the policy too.
do $$
declare t record;
begin
  for t in select c.oid::regclass as name from pg_class c join pg_policy p on p.polrelid = c.oid where c.relnamespace = 'public'::regnamespace loop
    execute format('alter table %s enable row level security', t.name);
    execute format('alter table %s force row level security', t.name);
    execute format('grant select, insert, update, delete on %s to storesync_app', t.name);
  end loop;
end $$;
--> statement-breakpoint
-- I12: the ledger and the trails cannot be altered by the application.
revoke update, delete on inventory_transactions, audit_log, sync_logs from storesync_app;
--> statement-breakpoint
grant select, insert, update, delete on store_directory to storesync_app;
--> statement-breakpoint
grant usage on schema public to storesync_app, storesync_identity;
--> statement-breakpoint
grant select, insert, update, delete on users, organizations, sessions, accounts, verifications, members, teams, team_members, invitations, api_keys, sign_in_limits to storesync_identity;
--> statement-breakpoint
-- Twelve months ahead and a default; called again by the worker. The application has no rights on partitions.
create function make_partitions(months integer) returns integer language plpgsql security definer set search_path = public as $$
declare
  parent text;
  month date;
  name text;
  made integer := 0;
begin
  foreach parent in array array['inventory_transactions', 'audit_log', 'sync_logs'] loop
    if to_regclass(parent || '_default') is null then
      execute format('create table %I partition of %I default', parent || '_default', parent);
      execute format('revoke all on %I from storesync_app', parent || '_default');
    end if;
    for i in 0..months loop
      month := (date_trunc('month', now() at time zone 'utc') + make_interval(months => i))::date;
      name := parent || to_char(month, '"_"YYYY"_"MM');
      if to_regclass(name) is null then
        execute format('create table %I partition of %I for values from (%L) to (%L)', name, parent,
          month::timestamp at time zone 'utc', (month + interval '1 month')::timestamp at time zone 'utc');
        execute format('revoke all on %I from storesync_app', name);
        made := made + 1;
      end if;
    end loop;
  end loop;
  return made;
end $$;
--> statement-breakpoint
select make_partitions(12);
--> statement-breakpoint
create index products_title_trgm on products using gin (title gin_trgm_ops);
--> statement-breakpoint
create index listings_title_trgm on listings using gin ((product_title || ' ' || variant_title) gin_trgm_ops);
--> statement-breakpoint
-- Under row-level security a trigram operator may not use its index for the application's role (it is not leakproof), so
-- search runs as the owner, who may read these two tables whole, and filters the tenant inside.
create policy search on products for select to current_user using (true);
--> statement-breakpoint
create policy search on listings for select to current_user using (true);
--> statement-breakpoint
create function search_products(organization uuid, query text, at_most integer)
returns table (product_id uuid, score real) language sql stable security definer set search_path = public set pg_trgm.word_similarity_threshold = 0.45 as $$
  select p.id, greatest(word_similarity(query, p.title), case when p.title ilike '%' || replace(replace(replace(query, '\', '\\'), '%', '\%'), '_', '\_') || '%' then 1 else 0 end)::real
  from products p
  where p.organization_id = organization
    and organization = nullif(current_setting('app.organization_id', true), '')::uuid
    and (query <% p.title or p.title ilike '%' || replace(replace(replace(query, '\', '\\'), '%', '\%'), '_', '\_') || '%')
  order by 2 desc, p.id
  limit at_most
$$;
--> statement-breakpoint
create function search_listings(organization uuid, query text, at_most integer)
returns table (listing_id uuid, score real) language sql stable security definer set search_path = public set pg_trgm.word_similarity_threshold = 0.45 as $$
  select l.id, greatest(word_similarity(query, l.product_title || ' ' || l.variant_title),
    case when l.product_title || ' ' || l.variant_title ilike '%' || replace(replace(replace(query, '\', '\\'), '%', '\%'), '_', '\_') || '%' then 1 else 0 end)::real
  from listings l
  where l.organization_id = organization
    and organization = nullif(current_setting('app.organization_id', true), '')::uuid
    and (query <% (l.product_title || ' ' || l.variant_title) or l.product_title || ' ' || l.variant_title ilike '%' || replace(replace(replace(query, '\', '\\'), '%', '\%'), '_', '\_') || '%')
  order by 2 desc, l.id
  limit at_most
$$;
--> statement-breakpoint
revoke all on function make_partitions(integer), search_products(uuid, text, integer), search_listings(uuid, text, integer) from public;
--> statement-breakpoint
grant execute on function make_partitions(integer), search_products(uuid, text, integer), search_listings(uuid, text, integer) to storesync_app;
