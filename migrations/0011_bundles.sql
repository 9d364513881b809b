CREATE TABLE "bundle_components" (
	"organization_id" uuid NOT NULL,
	"bundle_variant_id" uuid NOT NULL,
	"component_variant_id" uuid NOT NULL,
	"units" integer NOT NULL,
	CONSTRAINT "bundle_components_organization_id_bundle_variant_id_component_variant_id_pk" PRIMARY KEY("organization_id","bundle_variant_id","component_variant_id"),
	CONSTRAINT "bundle_components_units" CHECK ("bundle_components"."units" > 0)
);
--> statement-breakpoint
ALTER TABLE "bundle_components" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "product_variants" ADD COLUMN "is_bundle" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "bundle_components" ADD CONSTRAINT "bundle_components_organization_id_bundle_variant_id_product_variants_organization_id_id_fk" FOREIGN KEY ("organization_id","bundle_variant_id") REFERENCES "public"."product_variants"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bundle_components" ADD CONSTRAINT "bundle_components_organization_id_component_variant_id_product_variants_organization_id_id_fk" FOREIGN KEY ("organization_id","component_variant_id") REFERENCES "public"."product_variants"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "bundle_components_component" ON "bundle_components" USING btree ("organization_id","component_variant_id");--> statement-breakpoint
CREATE POLICY "tenant" ON "bundle_components" AS PERMISSIVE FOR ALL TO public USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid) WITH CHECK (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
--> statement-breakpoint
-- The table of this migration gets the walls that 0001 gave to those before.
alter table bundle_components force row level security;
--> statement-breakpoint
grant select, insert, update, delete on bundle_components to storesync_app;
