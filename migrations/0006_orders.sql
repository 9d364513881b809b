CREATE TABLE "listing_holds" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"listing_id" uuid NOT NULL,
	"store_id" uuid NOT NULL,
	"variant_id" uuid NOT NULL,
	"units" integer NOT NULL,
	"reason" text NOT NULL,
	"until" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "listing_holds_organization_id_id_pk" PRIMARY KEY("organization_id","id")
);
--> statement-breakpoint
ALTER TABLE "listing_holds" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "order_bookings" (
	"organization_id" uuid NOT NULL,
	"item_id" uuid NOT NULL,
	"variant_id" uuid NOT NULL,
	"location_id" uuid NOT NULL,
	"reserved" integer NOT NULL,
	"shipped" integer NOT NULL,
	"restocked" integer NOT NULL,
	CONSTRAINT "order_bookings_organization_id_item_id_variant_id_location_id_pk" PRIMARY KEY("organization_id","item_id","variant_id","location_id")
);
--> statement-breakpoint
ALTER TABLE "order_bookings" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "order_events" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"order_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"code" text NOT NULL,
	"parameters" jsonb NOT NULL,
	"user_id" text,
	CONSTRAINT "order_events_organization_id_id_pk" PRIMARY KEY("organization_id","id")
);
--> statement-breakpoint
ALTER TABLE "order_events" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "order_items" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"order_id" uuid NOT NULL,
	"store_id" uuid NOT NULL,
	"platform_item_id" text NOT NULL,
	"platform_product_id" text,
	"platform_variant_id" text,
	"platform_location_id" text,
	"sku" text NOT NULL,
	"title" text NOT NULL,
	"variant_title" text NOT NULL,
	"quantity" integer NOT NULL,
	"unit_price" numeric(19,4) NOT NULL,
	"discount" numeric(19,4) NOT NULL,
	"fulfilled_by" text NOT NULL,
	"reserved" integer NOT NULL,
	"shipped" integer NOT NULL,
	"restocked" integer NOT NULL,
	"vanished" boolean DEFAULT false NOT NULL,
	"parked" text,
	"booked_from" jsonb,
	"oversold_units" integer DEFAULT 0 NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "order_items_organization_id_id_pk" PRIMARY KEY("organization_id","id")
);
--> statement-breakpoint
ALTER TABLE "order_items" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "order_shipments" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"order_id" uuid NOT NULL,
	"store_id" uuid NOT NULL,
	"platform_shipment_id" text,
	"carrier" text NOT NULL,
	"tracking_number" text NOT NULL,
	"tracking_url" text,
	"items" jsonb NOT NULL,
	"notify_buyer" boolean DEFAULT false NOT NULL,
	"state" text NOT NULL,
	"refusal" jsonb,
	"attempt_after" timestamp with time zone,
	"created_by" text,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "order_shipments_organization_id_id_pk" PRIMARY KEY("organization_id","id")
);
--> statement-breakpoint
ALTER TABLE "order_shipments" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "orders" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"store_id" uuid NOT NULL,
	"platform_order_id" text NOT NULL,
	"number" text NOT NULL,
	"status" text NOT NULL,
	"native_status" text NOT NULL,
	"financial_status" text NOT NULL,
	"placed_at" timestamp with time zone NOT NULL,
	"snapshot_at" timestamp with time zone NOT NULL,
	"snapshot_hash" text NOT NULL,
	"cancelled_at" timestamp with time zone,
	"cancel_reason" text,
	"currency" text NOT NULL,
	"subtotal" numeric(19,4) NOT NULL,
	"discount" numeric(19,4) NOT NULL,
	"shipping" numeric(19,4) NOT NULL,
	"tax" numeric(19,4) NOT NULL,
	"total" numeric(19,4) NOT NULL,
	"refunded" numeric(19,4) NOT NULL,
	"url" text,
	"item_count" integer NOT NULL,
	"unit_count" integer NOT NULL,
	"unlinked_count" integer DEFAULT 0 NOT NULL,
	"oversold" boolean DEFAULT false NOT NULL,
	"platform_tags" text[] DEFAULT '{}'::text[] NOT NULL,
	"tags" text[] DEFAULT '{}'::text[] NOT NULL,
	"note" text DEFAULT '' NOT NULL,
	"sealed_details" text,
	"buyer_keys" text[] DEFAULT '{}'::text[] NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "orders_organization_id_id_pk" PRIMARY KEY("organization_id","id")
);
--> statement-breakpoint
ALTER TABLE "orders" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "listing_levels" ADD COLUMN "sold_since" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "stores" ADD COLUMN "orders_cursor" text;--> statement-breakpoint
ALTER TABLE "stores" ADD COLUMN "orders_read_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "stores" ADD COLUMN "orders_wanted_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "listing_holds" ADD CONSTRAINT "listing_holds_organization_id_listing_id_listings_organization_id_id_fk" FOREIGN KEY ("organization_id","listing_id") REFERENCES "public"."listings"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_bookings" ADD CONSTRAINT "order_bookings_organization_id_item_id_order_items_organization_id_id_fk" FOREIGN KEY ("organization_id","item_id") REFERENCES "public"."order_items"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_bookings" ADD CONSTRAINT "order_bookings_organization_id_variant_id_product_variants_organization_id_id_fk" FOREIGN KEY ("organization_id","variant_id") REFERENCES "public"."product_variants"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_bookings" ADD CONSTRAINT "order_bookings_organization_id_location_id_inventory_locations_organization_id_id_fk" FOREIGN KEY ("organization_id","location_id") REFERENCES "public"."inventory_locations"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_events" ADD CONSTRAINT "order_events_organization_id_order_id_orders_organization_id_id_fk" FOREIGN KEY ("organization_id","order_id") REFERENCES "public"."orders"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_items" ADD CONSTRAINT "order_items_organization_id_order_id_orders_organization_id_id_fk" FOREIGN KEY ("organization_id","order_id") REFERENCES "public"."orders"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_shipments" ADD CONSTRAINT "order_shipments_organization_id_order_id_orders_organization_id_id_fk" FOREIGN KEY ("organization_id","order_id") REFERENCES "public"."orders"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_organization_id_store_id_stores_organization_id_id_fk" FOREIGN KEY ("organization_id","store_id") REFERENCES "public"."stores"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "listing_holds_variant" ON "listing_holds" USING btree ("organization_id","variant_id","until");--> statement-breakpoint
CREATE INDEX "listing_holds_listing" ON "listing_holds" USING btree ("organization_id","listing_id");--> statement-breakpoint
CREATE INDEX "order_bookings_variant" ON "order_bookings" USING btree ("organization_id","variant_id");--> statement-breakpoint
CREATE INDEX "order_events_order" ON "order_events" USING btree ("organization_id","order_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "order_items_platform" ON "order_items" USING btree ("organization_id","order_id","platform_item_id");--> statement-breakpoint
CREATE INDEX "order_items_listing" ON "order_items" USING btree ("organization_id","store_id","platform_variant_id");--> statement-breakpoint
CREATE INDEX "order_items_parked" ON "order_items" USING btree ("organization_id","store_id","platform_variant_id") WHERE parked = 'unlinked';--> statement-breakpoint
CREATE UNIQUE INDEX "order_shipments_platform" ON "order_shipments" USING btree ("organization_id","order_id","platform_shipment_id") WHERE platform_shipment_id is not null;--> statement-breakpoint
CREATE INDEX "order_shipments_waiting" ON "order_shipments" USING btree ("organization_id","store_id") WHERE state in ('unsent', 'sent', 'unknown');--> statement-breakpoint
CREATE UNIQUE INDEX "orders_platform" ON "orders" USING btree ("organization_id","store_id","platform_order_id");--> statement-breakpoint
CREATE INDEX "orders_placed" ON "orders" USING btree ("organization_id","placed_at","id");--> statement-breakpoint
CREATE INDEX "orders_status" ON "orders" USING btree ("organization_id","status","placed_at","id");--> statement-breakpoint
CREATE INDEX "orders_number" ON "orders" USING btree ("organization_id","number");--> statement-breakpoint
CREATE INDEX "orders_buyer" ON "orders" USING gin ("buyer_keys");--> statement-breakpoint
CREATE INDEX "orders_attention" ON "orders" USING btree ("organization_id","placed_at") WHERE oversold or unlinked_count > 0;--> statement-breakpoint
CREATE POLICY "tenant" ON "listing_holds" AS PERMISSIVE FOR ALL TO public USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid) WITH CHECK (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "tenant" ON "order_bookings" AS PERMISSIVE FOR ALL TO public USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid) WITH CHECK (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "tenant" ON "order_events" AS PERMISSIVE FOR ALL TO public USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid) WITH CHECK (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "tenant" ON "order_items" AS PERMISSIVE FOR ALL TO public USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid) WITH CHECK (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "tenant" ON "order_shipments" AS PERMISSIVE FOR ALL TO public USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid) WITH CHECK (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "tenant" ON "orders" AS PERMISSIVE FOR ALL TO public USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid) WITH CHECK (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
--> statement-breakpoint
-- The tables of this migration get the walls that 0001 gave to those before.
do $$
declare t record;
begin
  for t in select unnest(array['listing_holds', 'orders', 'order_items', 'order_bookings', 'order_shipments', 'order_events'])::regclass as name loop
    execute format('alter table %s force row level security', t.name);
    execute format('grant select, insert, update, delete on %s to storesync_app', t.name);
  end loop;
end $$;
