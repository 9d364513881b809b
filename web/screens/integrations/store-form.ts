/** A store's settings as a form holds them (texts), and back. */
import type { PriceStep, Rounding, Store, StoreSettings } from '~/api-model.ts';
import { readPrice } from '~/parts/amounts.ts';

export interface StoreForm {
  name: string;
  isPrimary: boolean;
  isSource: boolean;
  syncIntervalSeconds: string;
  webhooksEnabled: boolean;
  syncPrice: boolean;
  syncInventory: boolean;
  steps: { kind: PriceStep['kind']; value: string }[];
  rounding: Rounding['kind'];
  ending: string;
  multiple: string;
  direction: 'up' | 'down' | 'nearest';
  buffer: string;
  percent: string;
  cap: string;
  remoteLocationId: string;
  priceApprovalPercent: string;
  brakeListings: string;
}

export function formOf(store: Store): StoreForm {
  const { settings } = store;
  const { rounding } = settings.priceRule;
  return {
    name: store.name,
    isPrimary: store.isPrimary,
    isSource: store.isSource,
    syncIntervalSeconds: String(settings.syncIntervalSeconds),
    webhooksEnabled: settings.webhooksEnabled,
    syncPrice: settings.syncPrice,
    syncInventory: settings.syncInventory,
    steps: settings.priceRule.steps.map((step) => ({
      kind: step.kind,
      value: step.kind === 'percent' ? String(step.percent) : step.amount,
    })),
    rounding: rounding.kind,
    ending: rounding.kind === 'ending' ? rounding.ending : '0.99',
    multiple: rounding.kind === 'multiple' ? rounding.multiple : '1',
    direction: rounding.kind === 'multiple' ? rounding.direction : 'nearest',
    buffer: String(settings.stockRule.buffer),
    percent: String(settings.stockRule.percent),
    cap: settings.stockRule.cap === null ? '' : String(settings.stockRule.cap),
    remoteLocationId: settings.remoteLocationId ?? '',
    priceApprovalPercent: settings.priceApprovalPercent === null ? '' : String(settings.priceApprovalPercent),
    brakeListings: String(settings.brakeListings),
  };
}

const numberOrNull = (text: string): number | null => (text.trim() === '' ? null : Number(text));

function roundingOf(form: StoreForm): Rounding {
  if (form.rounding === 'ending') return { kind: 'ending', ending: form.ending.trim() };
  if (form.rounding === 'multiple') return { kind: 'multiple', multiple: form.multiple.trim(), direction: form.direction };
  return { kind: 'none' };
}

export function settingsOf(form: StoreForm): StoreSettings {
  return {
    syncIntervalSeconds: Number(form.syncIntervalSeconds),
    webhooksEnabled: form.webhooksEnabled,
    syncPrice: form.syncPrice,
    syncInventory: form.syncInventory,
    priceRule: {
      steps: form.steps.map(({ kind, value }) =>
        kind === 'percent' ? { kind, percent: Number(value) } : { kind, amount: value.trim() },
      ),
      rounding: roundingOf(form),
    },
    stockRule: { buffer: Number(form.buffer), percent: Number(form.percent), cap: numberOrNull(form.cap) },
    remoteLocationId: form.remoteLocationId === '' ? null : form.remoteLocationId,
    priceApprovalPercent: numberOrNull(form.priceApprovalPercent),
    brakeListings: Number(form.brakeListings),
  };
}

type Rule = (text: string) => true | string;

/** A whole number within bounds, or the sentence that says so. */
export const whole =
  (name: string, minimum: number, maximum: number, optional = false): Rule =>
  (text) => {
    if (optional && text.trim() === '') return true;
    const value = Number(text);
    return /^\d+$/.test(text.trim()) && value >= minimum && value <= maximum
      ? true
      : `${name} must be a whole number from ${minimum} to ${maximum.toLocaleString('en')}; you typed ${text.trim() === '' ? 'nothing' : text}.`;
  };

export const percentStep: Rule = (text) =>
  /^[+-]?\d+(\.\d+)?$/.test(text.trim()) && Number(text) > -100
    ? true
    : `A percentage is a number such as 10 or -5, above -100; you typed ${text.trim() === '' ? 'nothing' : text}.`;

export const fixedStep: Rule = (text) =>
  /^[+-]?\d+(\.\d+)?$/.test(text.trim())
    ? true
    : `An amount is a number such as 2.50 or -1; you typed ${text.trim() === '' ? 'nothing' : text}.`;

export const amountRule: Rule = (text) => {
  const read = readPrice(text);
  if ('problem' in read) return read.problem;
  return Number(read.amount) > 0 || 'This must be above 0.';
};

export const endingRule: Rule = (text) =>
  /^0?\.\d{1,3}$/.test(text.trim()) ? true : 'An ending is what stands after the point, such as 0.99 or 0.95.';
