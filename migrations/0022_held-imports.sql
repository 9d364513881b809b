CREATE TABLE "change_set_files" (
	"organization_id" uuid NOT NULL,
	"change_set_id" uuid NOT NULL,
	"part" integer NOT NULL,
	"content" "bytea" NOT NULL,
	CONSTRAINT "change_set_files_organization_id_change_set_id_part_pk" PRIMARY KEY("organization_id","change_set_id","part")
);
--> statement-breakpoint
ALTER TABLE "change_set_files" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "change_set_files" ADD CONSTRAINT "change_set_files_organization_id_change_set_id_change_sets_organization_id_id_fk" FOREIGN KEY ("organization_id","change_set_id") REFERENCES "public"."change_sets"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE POLICY "tenant" ON "change_set_files" AS PERMISSIVE FOR ALL TO public USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid) WITH CHECK (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);--> statement-breakpoint
-- The table of this migration gets the walls that 0001 gave to those before.
alter table change_set_files force row level security;--> statement-breakpoint
grant select, insert, update, delete on change_set_files to storesync_app;
