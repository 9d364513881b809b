ALTER TABLE "listing_levels" ADD COLUMN "write_call" text;--> statement-breakpoint
ALTER TABLE "listing_levels" ADD COLUMN "lost_call" text;--> statement-breakpoint
ALTER TABLE "listing_levels" ADD COLUMN "lost_write_id" uuid;--> statement-breakpoint
CREATE INDEX "listing_levels_lost" ON "listing_levels" USING btree ("organization_id","store_id","lost_call") WHERE lost_call is not null;