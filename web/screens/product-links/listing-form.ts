/** What a link follows, as a form holds it, and back: the store's rules, rules of its own, or a fixed price. */
import type { Listing, ListingSettings, OrganizationRules, Store } from '~/api-model.ts';
import { formOfRules, priceRuleOf, type RuleForm, stockRuleOf } from '~/parts/rules/rule-form.ts';

export interface ListingForm extends RuleForm {
  syncPrice: boolean;
  syncInventory: boolean;
  /** Seconds; empty: as soon as something changes. */
  schedule: string;
  priceBy: 'store' | 'rule' | 'fixed';
  fixedPrice: string;
  stockBy: 'store' | 'rule';
}

/** A rule of its own begins as a copy of the store's, or of the organization's that the store follows. */
export function formOfListing(
  listing: Listing,
  store: Pick<Store, 'settings'>,
  organization: OrganizationRules = { priceRule: null, stockRule: null },
): ListingForm {
  const { priceRule, stockRule, priceOverride, syncIntervalSeconds } = listing.settings;
  return {
    ...formOfRules(
      priceRule ?? store.settings.priceRule ?? organization.priceRule,
      stockRule ?? store.settings.stockRule ?? organization.stockRule,
    ),
    syncPrice: listing.syncPrice,
    syncInventory: listing.syncInventory,
    schedule: syncIntervalSeconds === undefined ? '' : String(syncIntervalSeconds),
    priceBy: priceOverride !== undefined ? 'fixed' : priceRule !== undefined ? 'rule' : 'store',
    fixedPrice: priceOverride ?? listing.price.desired ?? listing.price.remote ?? '',
    stockBy: stockRule === undefined ? 'store' : 'rule',
  };
}

/** Null takes a setting away: the store's applies again. */
type SettingsPatch = { [Name in keyof ListingSettings]-?: NonNullable<ListingSettings[Name]> | null };

export interface ListingPatch {
  syncPrice?: boolean;
  syncInventory?: boolean;
  settings?: SettingsPatch;
}

export const patchOf = (form: ListingForm): ListingPatch => ({
  syncPrice: form.syncPrice,
  syncInventory: form.syncInventory,
  settings: {
    ...ownRulesOf(form),
    syncIntervalSeconds: form.schedule === '' ? null : Number(form.schedule),
  },
});

/** What is its own; null follows the store. */
export const ownRulesOf = (form: ListingForm): OrganizationRules & { priceOverride: string | null } => ({
  priceRule: form.priceBy === 'rule' ? priceRuleOf(form) : null,
  stockRule: form.stockBy === 'rule' ? stockRuleOf(form) : null,
  priceOverride: form.priceBy === 'fixed' ? form.fixedPrice.trim() : null,
});
