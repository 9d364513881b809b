/** A price rule and a stock rule as a form holds them (texts), and back: of a store, or of one link. */
import type { PriceRule, PriceStep, Rounding, StockRule } from '~/api-model.ts';
import { readPrice } from '~/parts/amounts.ts';

export interface RuleForm {
  steps: { kind: PriceStep['kind']; value: string }[];
  rounding: Rounding['kind'];
  ending: string;
  multiple: string;
  direction: 'up' | 'down' | 'nearest';
  buffer: string;
  percent: string;
  cap: string;
}

export function formOfRules({ steps, rounding }: PriceRule, stock: StockRule): RuleForm {
  return {
    steps: steps.map((step) => ({ kind: step.kind, value: step.kind === 'percent' ? String(step.percent) : step.amount })),
    rounding: rounding.kind,
    ending: rounding.kind === 'ending' ? rounding.ending : '0.99',
    multiple: rounding.kind === 'multiple' ? rounding.multiple : '1',
    direction: rounding.kind === 'multiple' ? rounding.direction : 'nearest',
    buffer: String(stock.buffer),
    percent: String(stock.percent),
    cap: stock.cap === null ? '' : String(stock.cap),
  };
}

export const numberOrNull = (text: string): number | null => (text.trim() === '' ? null : Number(text));

export const priceRuleOf = (form: RuleForm): PriceRule => ({
  steps: form.steps.map(({ kind, value }) =>
    kind === 'percent' ? { kind, percent: Number(value) } : { kind, amount: value.trim().replace(/^\+/, '') },
  ),
  rounding: roundingOf(form),
});

export const stockRuleOf = (form: RuleForm): StockRule => ({
  buffer: Number(form.buffer),
  percent: Number(form.percent),
  cap: numberOrNull(form.cap),
});

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
    stockBounds.buffer(form.buffer),
    stockBounds.percent(form.percent),
    stockBounds.cap(form.cap),
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

export const endingRule: Rule = (text) =>
  /^0?\.\d{1,3}$/.test(text.trim()) ? true : 'An ending is what stands after the point, such as 0.99 or 0.95.';

/** The same bounds as the server's. */
export const stockBounds = {
  buffer: whole('Keep back', 0, 1_000_000),
  percent: whole('Share', 0, 100),
  cap: whole('At most', 0, 1_000_000, true),
};
