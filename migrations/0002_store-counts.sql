CREATE INDEX "listing_levels_refused" ON "listing_levels" USING btree ("organization_id","store_id") WHERE refused_for is not null;--> statement-breakpoint
CREATE INDEX "listing_levels_held" ON "listing_levels" USING btree ("organization_id","store_id") WHERE held_reason is not null;--> statement-breakpoint
CREATE INDEX "listing_prices_refused" ON "listing_prices" USING btree ("organization_id","store_id") WHERE refused_for is not null;--> statement-breakpoint
CREATE INDEX "listing_prices_held" ON "listing_prices" USING btree ("organization_id","store_id") WHERE held_reason is not null;