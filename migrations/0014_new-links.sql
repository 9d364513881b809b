CREATE TABLE "new_links" (
	"organization_id" uuid NOT NULL,
	"store_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "new_links_organization_id_store_id_id_pk" PRIMARY KEY("organization_id","store_id","id")
);
--> statement-breakpoint
ALTER TABLE "new_links" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "new_links" ADD CONSTRAINT "new_links_organization_id_store_id_stores_organization_id_id_fk" FOREIGN KEY ("organization_id","store_id") REFERENCES "public"."stores"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE POLICY "tenant" ON "new_links" AS PERMISSIVE FOR ALL TO public USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid) WITH CHECK (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);--> statement-breakpoint
-- The table of this migration gets the walls that 0001 gave to those before.
-- What was linked before counts as new once: until now every look asked for it.
alter table stores no force row level security;--> statement-breakpoint
insert into new_links (organization_id, store_id, id, created_at) select organization_id, id, gen_random_uuid(), now() from stores;--> statement-breakpoint
alter table stores force row level security;--> statement-breakpoint
alter table new_links force row level security;--> statement-breakpoint
grant select, insert, update, delete on new_links to storesync_app;
