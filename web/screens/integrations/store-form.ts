/** A store's settings as a form holds them (texts), and back. */
import type { Store, StoreSettings } from '~/api-model.ts';
import { formOfRules, numberOrNull, priceRuleOf, type RuleForm, stockRuleOf } from '~/parts/rules/rule-form.ts';

export interface StoreForm extends RuleForm {
  name: string;
  isPrimary: boolean;
  isSource: boolean;
  syncIntervalSeconds: string;
  webhooksEnabled: boolean;
  syncPrice: boolean;
  syncInventory: boolean;
  remoteLocationId: string;
  priceApprovalPercent: string;
  brakeListings: string;
}

export function formOf(store: Store): StoreForm {
  const { settings } = store;
  return {
    name: store.name,
    isPrimary: store.isPrimary,
    isSource: store.isSource,
    syncIntervalSeconds: String(settings.syncIntervalSeconds),
    webhooksEnabled: settings.webhooksEnabled,
    syncPrice: settings.syncPrice,
    syncInventory: settings.syncInventory,
    ...formOfRules(settings.priceRule, settings.stockRule),
    remoteLocationId: settings.remoteLocationId ?? '',
    priceApprovalPercent: settings.priceApprovalPercent === null ? '' : String(settings.priceApprovalPercent),
    brakeListings: String(settings.brakeListings),
  };
}

export function settingsOf(form: StoreForm): StoreSettings {
  return {
    syncIntervalSeconds: Number(form.syncIntervalSeconds),
    webhooksEnabled: form.webhooksEnabled,
    syncPrice: form.syncPrice,
    syncInventory: form.syncInventory,
    priceRule: priceRuleOf(form),
    stockRule: stockRuleOf(form),
    remoteLocationId: form.remoteLocationId === '' ? null : form.remoteLocationId,
    priceApprovalPercent: numberOrNull(form.priceApprovalPercent),
    brakeListings: Number(form.brakeListings),
  };
}
