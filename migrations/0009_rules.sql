CREATE TABLE "change_set_items" (
	"organization_id" uuid NOT NULL,
	"change_set_id" uuid NOT NULL,
	"subject_kind" text NOT NULL,
	"subject_id" uuid NOT NULL,
	"before" jsonb NOT NULL,
	"after" jsonb NOT NULL,
	CONSTRAINT "change_set_items_organization_id_change_set_id_subject_kind_subject_id_pk" PRIMARY KEY("organization_id","change_set_id","subject_kind","subject_id")
);
--> statement-breakpoint
ALTER TABLE "change_set_items" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "listing_prices" ADD COLUMN "desired_compare_at" numeric(19,4);--> statement-breakpoint
ALTER TABLE "stores" ADD COLUMN "slow" jsonb;--> statement-breakpoint
ALTER TABLE "change_sets" ADD COLUMN "before" jsonb;--> statement-breakpoint
ALTER TABLE "change_sets" ADD COLUMN "undone_by" text;--> statement-breakpoint
ALTER TABLE "change_sets" ADD COLUMN "undone_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "change_set_items" ADD CONSTRAINT "change_set_items_organization_id_change_set_id_change_sets_organization_id_id_fk" FOREIGN KEY ("organization_id","change_set_id") REFERENCES "public"."change_sets"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "change_sets_undoable" ON "change_sets" USING btree ("organization_id","decided_at") WHERE before is not null;--> statement-breakpoint
CREATE POLICY "tenant" ON "change_set_items" AS PERMISSIVE FOR ALL TO public USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid) WITH CHECK (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
--> statement-breakpoint
-- The table of this migration gets the walls that 0001 gave to those before.
alter table change_set_items force row level security;--> statement-breakpoint
grant select, insert, update, delete on change_set_items to storesync_app;--> statement-breakpoint
-- A store whose rule is the master's figure as it is has said nothing: it follows the organization from now on.
alter table stores no force row level security;--> statement-breakpoint
update stores set settings = settings
  || case when settings->'priceRule' = '{"steps": [], "rounding": {"kind": "none"}}'::jsonb then '{"priceRule": null}'::jsonb else '{}'::jsonb end
  || case when settings->'stockRule' = '{"buffer": 0, "percent": 100, "cap": null}'::jsonb then '{"stockRule": null}'::jsonb else '{}'::jsonb end;--> statement-breakpoint
alter table stores force row level security;
