/** A store's settings as a form holds them (texts), and back. */
import type { DriftPolicy, OrganizationRules, Store, StoreSettings } from '~/api-model.ts';
import { formOfRules, numberOrNull, priceRuleOf, type RuleForm, stockRuleOf } from '~/parts/rules/rule-form.ts';

export interface StoreForm extends RuleForm {
  name: string;
  priceBy: 'organization' | 'own';
  stockBy: 'organization' | 'own';
  isPrimary: boolean;
  isSource: boolean;
  syncIntervalSeconds: string;
  webhooksEnabled: boolean;
  syncPrice: boolean;
  syncInventory: boolean;
  priceApprovalPercent: string;
  brakeListings: string;
  brakePercent: string;
  driftPrice: DriftPolicy;
  driftQuantity: DriftPolicy;
}

/** Rules of its own begin as a copy of the organization's. */
export function formOf(store: Store, organization: OrganizationRules = { priceRule: null, stockRule: null }): StoreForm {
  const { settings } = store;
  return {
    name: store.name,
    isPrimary: store.isPrimary,
    isSource: store.isSource,
    syncIntervalSeconds: String(settings.syncIntervalSeconds),
    webhooksEnabled: settings.webhooksEnabled,
    syncPrice: settings.syncPrice,
    syncInventory: settings.syncInventory,
    priceBy: settings.priceRule === null ? 'organization' : 'own',
    stockBy: settings.stockRule === null ? 'organization' : 'own',
    ...formOfRules(settings.priceRule ?? organization.priceRule, settings.stockRule ?? organization.stockRule),
    priceApprovalPercent: settings.priceApprovalPercent === null ? '' : String(settings.priceApprovalPercent),
    brakeListings: String(settings.brakeListings),
    brakePercent: settings.brakePercent === null ? '' : String(settings.brakePercent),
    driftPrice: settings.drift?.price ?? 'hub',
    driftQuantity: settings.drift?.quantity ?? 'hub',
  };
}

/** All but the locations, which are saved on their own. */
export function settingsOf(form: StoreForm): Omit<StoreSettings, 'remoteLocationId'> {
  return {
    syncIntervalSeconds: Number(form.syncIntervalSeconds),
    webhooksEnabled: form.webhooksEnabled,
    syncPrice: form.syncPrice,
    syncInventory: form.syncInventory,
    ...rulesOf(form),
    priceApprovalPercent: numberOrNull(form.priceApprovalPercent),
    brakeListings: Number(form.brakeListings),
    brakePercent: numberOrNull(form.brakePercent),
    drift: { price: form.driftPrice, quantity: form.driftQuantity },
  };
}

/** The store's rules as they stand in the form; null follows the organization. */
export const rulesOf = (form: StoreForm): Pick<StoreSettings, 'priceRule' | 'stockRule'> => ({
  priceRule: form.priceBy === 'own' ? priceRuleOf(form) : null,
  stockRule: form.stockBy === 'own' ? stockRuleOf(form) : null,
});
