DROP INDEX "drifts_open";--> statement-breakpoint
ALTER TABLE "inventory_locations" ADD COLUMN "owner_store_id" uuid;--> statement-breakpoint
ALTER TABLE "drifts" ADD COLUMN "remote_location_id" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "drifts" ADD COLUMN "location_id" uuid;--> statement-breakpoint
ALTER TABLE "listing_holds" ADD COLUMN "remote_location_id" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "listing_holds" ADD COLUMN "location_ids" uuid[];--> statement-breakpoint
ALTER TABLE "inventory_locations" ADD CONSTRAINT "inventory_locations_organization_id_owner_store_id_stores_organization_id_id_fk" FOREIGN KEY ("organization_id","owner_store_id") REFERENCES "public"."stores"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "drifts_open" ON "drifts" USING btree ("organization_id","listing_id","field","remote_location_id") WHERE state in ('seen', 'waiting');--> statement-breakpoint
alter table stores no force row level security;--> statement-breakpoint
alter table organization_settings no force row level security;--> statement-breakpoint
alter table inventory_locations no force row level security;--> statement-breakpoint
alter table listing_holds no force row level security;--> statement-breakpoint
alter table drifts no force row level security;--> statement-breakpoint
-- What the source store counted as the default location is its own from now on.
update inventory_locations w set owner_store_id = o.source_store_id from organization_settings o
  where o.organization_id = w.organization_id and w.is_default;--> statement-breakpoint
update listing_holds h set remote_location_id = coalesce(s.settings->>'remoteLocationId', '') from stores s
  where s.organization_id = h.organization_id and s.id = h.store_id;--> statement-breakpoint
update drifts d set remote_location_id = coalesce(s.settings->>'remoteLocationId', '') from stores s
  where s.organization_id = d.organization_id and s.id = d.store_id and d.field = 'quantity';--> statement-breakpoint
alter table stores force row level security;--> statement-breakpoint
alter table organization_settings force row level security;--> statement-breakpoint
alter table inventory_locations force row level security;--> statement-breakpoint
alter table listing_holds force row level security;--> statement-breakpoint
alter table drifts force row level security;
