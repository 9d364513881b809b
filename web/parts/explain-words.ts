/** The rungs of "why is this 7?" in words. Codes come from the rules; one that this page does not know is shown as it is. */
import type { ExplainStep } from '~/api-model/explanations.ts';
import { kindWords } from '~/parts/ledger-words.ts';
import { slowWords } from '~/parts/reasons.ts';
import { exactTime } from '~/parts/relative-time.ts';

type Words = (parameters: ExplainStep['parameters']) => string;

const words: Record<string, Words> = {
  on_hand: ({ location }) => `On hand at ${location}`,
  reserved: ({ location }) => `Reserved at ${location}`,
  available: () => 'Available',
  component: ({ title, units, available }) => `${title}: ${available} left, ${units} in each`,
  held_units: (parameters) => heldWords(parameters),
  not_below_zero: () => 'Not below zero',
  buffer: ({ units }) => `${units} kept back`,
  percent: ({ percent }) => `${percent}% of it, rounded down`,
  cap: ({ cap }) => `At most ${cap}`,
  canonical: () => 'As the platform stores it',
  base_price: () => 'Your price',
  slow_buffer: ({ units, reason, until }) =>
    `${units} more kept back: ${slowWords(String(reason))}${until === '' ? '' : `, until ${exactTime(String(until))}`}`,
  hide_below: ({ units }) => `Fewer than ${units} are not shown`,
  last_units: ({ units, store }) => `The last ${units} are left to ${store ?? 'another store'}`,
  fixed: () => 'Always this many, whatever there is',
  converted: ({ rate, currency, statedAt, who }) =>
    `In ${currency}, at ${rate}${statedAt === undefined ? '' : ` stated ${exactTime(String(statedAt))}`}${by(who)}`,
  markup_percent: ({ percent }) => `${Number(percent) < 0 ? percent : `+${percent}`}%`,
  markup_fixed: ({ amount, currency }) => `${Number(amount) < 0 ? amount : `+${amount}`} ${currency}`,
  rounded: ({ rounding }) =>
    rounding === 'ending' ? 'Rounded to its ending' : rounding === 'multiple' ? 'Rounded to a multiple' : 'Rounded',
  floor: ({ cost, marginPercent, amount, currency }) =>
    cost === undefined
      ? `Not below ${amount} ${currency}`
      : `Not below what leaves ${marginPercent}% on a cost of ${cost} ${currency}`,
  sale_percent: ({ name, percent, until }) => `${saleName(name)}: -${percent}% until ${exactTime(String(until))}`,
  sale_price: ({ name, until }) => `${saleName(name)}: its own price, until ${exactTime(String(until))}`,
  price_override: () => 'A price of its own, set on this link',
};

const saleName = (name: string | number | undefined): string => (name === undefined || name === '' ? 'Sale' : String(name));

export const stepWords = ({ code, parameters }: ExplainStep): string => words[code]?.(parameters) ?? code.replaceAll('_', ' ');

/** Why units are kept back, and how it ends. */
function heldWords({ reason, store = 'a store', until = '', triedAt }: ExplainStep['parameters']): string {
  if (reason === 'locked_by_platform') {
    const again = triedAt === undefined ? '' : ` It is tried again ${exactTime(String(triedAt))}.`;
    return `Kept back: a campaign on ${store} does not let them be lowered there, and ${store} does not say when it ends.${again}`;
  }
  const end =
    until === '' ? ' Free again when you have decided about the difference' : ` Free ${exactTime(String(until))} at the latest`;
  return `Kept back: probably sold on ${store}, the order is on its way.${end}`;
}

const levels: Record<string, string> = {
  listing: 'Rule of this link',
  store: 'Rule of the store',
  organization: 'Rule of your organization',
};

/** By what a price or a rule became what it is. */
const means: Record<string, Words> = {
  hand: ({ who }) => `set${by(who) || ' by hand'}`,
  import: ({ who }) => `imported from a file${by(who)}`,
  adoption: ({ store, who }) => `taken over from ${store === undefined || store === '' ? 'the store' : store}${by(who)}`,
  change_set: ({ who }) => `a change that waited, approved${by(who)}`,
  undo: ({ who }) => `put back by an undo${by(who)}`,
};

const by = (who: string | number | undefined): string => (who === undefined ? '' : ` by ${who}`);

export interface StepChange {
  words: string;
  /** Null where nobody has kept since when. */
  at: string | null;
}

/** Since when, and by what, a step's figure or rule is what it is, and at which level the rule stands; null where nothing is told. */
export function stepChange({ code, parameters }: ExplainStep): StepChange | null {
  const { changedAt, type, documentKind, level } = parameters;
  // That a price of its own stands on its link is said by the step itself.
  const rule = level === undefined || code === 'price_override' ? '' : (levels[String(level)] ?? String(level));
  if (changedAt === undefined || type === undefined) return rule === '' ? null : { words: rule, at: null };
  const told = means[String(type)]?.(parameters);
  if (told === undefined)
    return { words: kindWords({ type: String(type), documentKind: String(documentKind ?? '') }), at: String(changedAt) };
  const words = rule === '' ? `${told.charAt(0).toUpperCase()}${told.slice(1)}` : `${rule}, ${told}`;
  return { words, at: String(changedAt) };
}

/** As `stepChange`, of a step among others: a rule of several steps is told once. */
export function stepChangeAt(steps: readonly ExplainStep[], index: number): StepChange | null {
  const [before, step] = [steps[index - 1], steps[index]];
  if (step === undefined) return null;
  const [above, change] = [before === undefined ? null : stepChange(before), stepChange(step)];
  const isSame = step.parameters.level !== undefined && above?.words === change?.words && above?.at === change?.at;
  return isSame ? null : change;
}

/** The currency that an amount of a step is in: the last one named so far. */
export function stepCurrency(steps: readonly ExplainStep[], index: number, otherwise: string): string {
  for (let at = index; at >= 0; at--) {
    const named = steps[at]?.parameters.currency;
    if (typeof named === 'string') return named;
  }
  return otherwise;
}
