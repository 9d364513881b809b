CREATE INDEX "drifts_seen" ON "drifts" USING btree ("organization_id","store_id","settle_after") WHERE state = 'seen';--> statement-breakpoint
CREATE INDEX "listing_holds_store" ON "listing_holds" USING btree ("organization_id","store_id","until");--> statement-breakpoint
CREATE INDEX "listing_levels_in_flight" ON "listing_levels" USING btree ("organization_id","store_id") WHERE knowledge = 'in_flight';--> statement-breakpoint
CREATE INDEX "listing_prices_in_flight" ON "listing_prices" USING btree ("organization_id","store_id") WHERE knowledge = 'in_flight';