ALTER TABLE "product_variants" ADD COLUMN "price_set" jsonb;--> statement-breakpoint
ALTER TABLE "listings" ADD COLUMN "rules_set" jsonb;--> statement-breakpoint
ALTER TABLE "organization_settings" ADD COLUMN "rules_set" jsonb;--> statement-breakpoint
ALTER TABLE "stores" ADD COLUMN "rules_set" jsonb;