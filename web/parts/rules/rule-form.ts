/** A price rule and a stock rule as a form holds them (texts), and back: of the organization, a store, or one link. */
import type { PriceRule, PriceStep, Rounding, Sale, StockRule } from '~/api-model.ts';
import { readPrice } from '~/parts/amounts.ts';

export interface SaleForm {
  name: string;
  kind: Sale['off']['kind'];
  value: string;
  /** As a date-and-time field has them: the store's clock, to the minute. */
  startsAt: string;
  endsAt: string;
}

export interface RuleForm {
  steps: { kind: PriceStep['kind']; value: string }[];
  rounding: Rounding['kind'];
  ending: string;
  multiple: string;
  direction: 'up' | 'down' | 'nearest';
  floorMargin: string;
  floorAmount: string;
  sales: SaleForm[];
  compareAt: boolean;
  buffer: string;
  percent: string;
  cap: string;
  hideBelow: string;
  slowBuffer: string;
  fixed: string;
  lastUnits: string;
  lastUnitsStore: string;
}

const plainPriceRule: PriceRule = { steps: [], rounding: { kind: 'none' } };
const plainStockRule: StockRule = { buffer: 0, percent: 100, cap: null };

/** Null: the figures as they are. */
export function formOfRules(price: PriceRule | null, stock: StockRule | null): RuleForm {
  const { steps, rounding, floor, sales, compareAt } = price ?? plainPriceRule;
  const { buffer, percent, cap, hideBelow, slowBuffer, fixed, lastUnits } = stock ?? plainStockRule;
  return {
    steps: steps.map((step) => ({ kind: step.kind, value: step.kind === 'percent' ? String(step.percent) : step.amount })),
    rounding: rounding.kind,
    ending: rounding.kind === 'ending' ? rounding.ending : '0.99',
    multiple: rounding.kind === 'multiple' ? rounding.multiple : '1',
    direction: rounding.kind === 'multiple' ? rounding.direction : 'nearest',
    floorMargin: textOf(floor?.marginPercent),
    floorAmount: floor?.amount ?? '',
    sales: (sales ?? []).map(({ off, ...sale }) => ({
      ...sale,
      kind: off.kind,
      value: off.kind === 'percent' ? String(off.percent) : off.amount,
    })),
    compareAt: compareAt === 'send',
    buffer: String(buffer),
    percent: String(percent),
    cap: textOf(cap),
    hideBelow: textOf(hideBelow),
    slowBuffer: textOf(slowBuffer),
    fixed: textOf(fixed),
    lastUnits: textOf(lastUnits?.units),
    lastUnitsStore: lastUnits?.storeId ?? '',
  };
}

const textOf = (value: number | null | undefined): string => (value === null || value === undefined ? '' : String(value));

export const numberOrNull = (text: string): number | null => (text.trim() === '' ? null : Number(text));

/** What is left empty is not part of the rule. */
export const priceRuleOf = (form: RuleForm): PriceRule => ({
  steps: form.steps.map(({ kind, value }) =>
    kind === 'percent' ? { kind, percent: Number(value) } : { kind, amount: value.trim().replace(/^\+/, '') },
  ),
  rounding: roundingOf(form),
  ...(form.floorMargin.trim() === '' && form.floorAmount.trim() === ''
    ? {}
    : { floor: { marginPercent: numberOrNull(form.floorMargin), amount: form.floorAmount.trim() || null } }),
  ...(form.sales.length === 0 ? {} : { sales: form.sales.map(saleOf) }),
  ...(form.compareAt ? { compareAt: 'send' } : {}),
});

const saleOf = ({ name, kind, value, startsAt, endsAt }: SaleForm): Sale => ({
  name: name.trim(),
  off: kind === 'percent' ? { kind, percent: Number(value) } : { kind, amount: value.trim() },
  startsAt: startsAt.slice(0, 16),
  endsAt: endsAt.slice(0, 16),
});

export function stockRuleOf(form: RuleForm): StockRule {
  const [hideBelow, slowBuffer, fixed, units] = [form.hideBelow, form.slowBuffer, form.fixed, form.lastUnits].map(numberOrNull);
  return {
    buffer: Number(form.buffer),
    percent: Number(form.percent),
    cap: numberOrNull(form.cap),
    ...(hideBelow ? { hideBelow } : {}),
    ...(slowBuffer ? { slowBuffer } : {}),
    ...(typeof fixed === 'number' ? { fixed } : {}),
    ...(units && form.lastUnitsStore !== '' ? { lastUnits: { units, storeId: form.lastUnitsStore } } : {}),
  };
}

function roundingOf(form: RuleForm): Rounding {
  if (form.rounding === 'ending') return { kind: 'ending', ending: form.ending.trim().replace(/^\./, '0.') };
  if (form.rounding === 'multiple') return { kind: 'multiple', multiple: form.multiple.trim(), direction: form.direction };
  return { kind: 'none' };
}

/** Whether both rules are whole, so that something can be computed by them. */
export function areWhole(form: RuleForm): boolean {
  const checks = [
    ...form.steps.map(({ kind, value }) => (kind === 'percent' ? percentStep : fixedStep)(value)),
    form.rounding === 'ending' ? endingRule(form.ending) : true,
    form.rounding === 'multiple' ? amountRule(form.multiple) : true,
    marginRule(form.floorMargin),
    optionalAmount(form.floorAmount),
    ...form.sales.map(({ kind, value }, index) => saleProblem(form.sales, index) ?? saleValue(kind)(value)),
    ...Object.entries(stockBounds).map(([name, rule]) => rule(form[name as keyof typeof stockBounds])),
  ];
  return checks.every((outcome) => outcome === true);
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

export const optionalAmount: Rule = (text) => text.trim() === '' || amountRule(text);

export const endingRule: Rule = (text) =>
  /^0?\.\d{1,3}$/.test(text.trim()) ? true : 'An ending is what stands after the point, such as 0.99 or 0.95.';

export const marginRule: Rule = (text) =>
  text.trim() === '' || (/^\d+(\.\d+)?$/.test(text.trim()) && Number(text) < 100)
    ? true
    : `A margin is a part of the price, from 0 to below 100; you typed ${text}.`;

export const saleValue =
  (kind: SaleForm['kind']): Rule =>
  (text) => {
    if (kind === 'price') return amountRule(text);
    return /^\d+(\.\d+)?$/.test(text.trim()) && Number(text) > 0 && Number(text) < 100
      ? true
      : `A sale takes off between 0 and 100 percent; you typed ${text.trim() === '' ? 'nothing' : text}.`;
  };

/** What is wrong with a sale's times; null when nothing is. */
export function saleProblem(sales: readonly SaleForm[], index: number): string | null {
  const sale = sales[index];
  if (sale === undefined) return null;
  if (sale.startsAt === '' || sale.endsAt === '') return 'Say when it begins and when it ends.';
  // Local times sort as they are written.
  if (sale.startsAt >= sale.endsAt) return 'A sale must end after it begins.';
  const other = sales.find((one, at) => at !== index && one.startsAt < sale.endsAt && sale.startsAt < one.endsAt);
  return other === undefined ? null : `It overlaps with ${other.name.trim() || 'another sale'}. Only one can run at a time.`;
}

/** The same bounds as the server's. */
export const stockBounds = {
  buffer: whole('Keep back', 0, 1_000_000),
  percent: whole('Share', 0, 100),
  cap: whole('At most', 0, 1_000_000, true),
  hideBelow: whole('Hide below', 0, 1_000_000, true),
  slowBuffer: whole('Keep back when slow', 0, 1000, true),
  fixed: whole('Always', 0, 1_000_000, true),
  lastUnits: whole('Last units', 1, 1_000_000, true),
};
