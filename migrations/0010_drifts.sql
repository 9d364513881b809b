CREATE TABLE "drifts" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"store_id" uuid NOT NULL,
	"listing_id" uuid NOT NULL,
	"variant_id" uuid NOT NULL,
	"field" text NOT NULL,
	"currency" text NOT NULL,
	"expected" numeric(19,4) NOT NULL,
	"found" numeric(19,4) NOT NULL,
	"cause" text NOT NULL,
	"state" text NOT NULL,
	"seen_at" timestamp with time zone NOT NULL,
	"settle_after" timestamp with time zone,
	"settled_at" timestamp with time zone,
	"settled_by" text,
	CONSTRAINT "drifts_organization_id_id_pk" PRIMARY KEY("organization_id","id")
);
--> statement-breakpoint
ALTER TABLE "drifts" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "drifts" ADD CONSTRAINT "drifts_organization_id_listing_id_listings_organization_id_id_fk" FOREIGN KEY ("organization_id","listing_id") REFERENCES "public"."listings"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "drifts_open" ON "drifts" USING btree ("organization_id","listing_id","field") WHERE state in ('seen', 'waiting');--> statement-breakpoint
CREATE INDEX "drifts_recent" ON "drifts" USING btree ("organization_id","seen_at","id");--> statement-breakpoint
CREATE INDEX "drifts_store" ON "drifts" USING btree ("organization_id","store_id","seen_at");--> statement-breakpoint
CREATE POLICY "tenant" ON "drifts" AS PERMISSIVE FOR ALL TO public USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid) WITH CHECK (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
--> statement-breakpoint
-- The table of this migration gets the walls that 0001 gave to those before.
alter table drifts force row level security;
--> statement-breakpoint
grant select, insert, update, delete on drifts to storesync_app;
