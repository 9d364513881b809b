DROP INDEX "listing_levels_work";--> statement-breakpoint
DROP INDEX "listing_prices_work";--> statement-breakpoint
ALTER TABLE "pacing_buckets" ADD COLUMN "slots" double precision[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
CREATE INDEX "listing_levels_work" ON "listing_levels" USING btree ("organization_id","store_id","urgency","attempt_after","listing_id") WHERE eligible;--> statement-breakpoint
CREATE INDEX "listing_prices_work" ON "listing_prices" USING btree ("organization_id","store_id","attempt_after","listing_id") WHERE eligible;--> statement-breakpoint
ALTER TABLE "pacing_buckets" DROP COLUMN "blocked_until";