DROP INDEX "orders_total";--> statement-breakpoint
ALTER TABLE "product_variants" ADD COLUMN "price_set" jsonb;--> statement-breakpoint
ALTER TABLE "listings" ADD COLUMN "rules_set" jsonb;--> statement-breakpoint
ALTER TABLE "organization_settings" ADD COLUMN "rules_set" jsonb;--> statement-breakpoint
ALTER TABLE "stores" ADD COLUMN "rules_set" jsonb;--> statement-breakpoint
CREATE INDEX "orders_amount" ON "orders" USING btree ("organization_id","currency","total" DESC NULLS FIRST,"id" DESC NULLS FIRST);