import { Decimal } from 'decimal.js';
import { canonicalAmount, currencyExponent } from '#base/money.ts';

/**
 * `ending`: the nearest price with this ending (0.99, 0.95): never below 0. `multiple`: to a multiple (1, 1000) of the currency.
 */
export type Rounding =
  | { kind: 'none' }
  | { kind: 'ending'; ending: string }
  | { kind: 'multiple'; multiple: string; direction: 'up' | 'down' | 'nearest' };

/** As the rule says, with the digits of the currency. */
export const rounded = (price: Decimal, currency: string, rounding: Rounding): string =>
  canonicalAmount(byRule(price, currency, rounding), currency);

function byRule(price: Decimal, currency: string, rounding: Rounding): Decimal {
  switch (rounding.kind) {
    case 'none':
      return price.toDecimalPlaces(currencyExponent(currency));
    case 'ending': {
      // The candidates below and above; the nearer one wins, the dearer one on a tie.
      const below = price.minus(rounding.ending).floor().plus(rounding.ending);
      const above = below.plus(1);
      const nearest = price.minus(below).lt(above.minus(price)) ? below : above;
      return nearest.gt(0) ? nearest : above;
    }
    case 'multiple': {
      const quotient = price.div(rounding.multiple);
      const whole =
        rounding.direction === 'up' ? quotient.ceil() : rounding.direction === 'down' ? quotient.floor() : quotient.round();
      return whole.times(rounding.multiple);
    }
  }
}

/** The lowest price of the rule's pattern that is not below this one, whichever way the rule rounds else. */
export function roundedUp(price: Decimal, currency: string, rounding: Rounding): string {
  const digits = currencyExponent(currency);
  return upByRule(price, rounding).toDecimalPlaces(digits, Decimal.ROUND_UP).toFixed(digits);
}

function upByRule(price: Decimal, rounding: Rounding): Decimal {
  switch (rounding.kind) {
    case 'none':
      return price;
    case 'ending':
      return price.minus(rounding.ending).ceil().plus(rounding.ending);
    case 'multiple':
      return price.div(rounding.multiple).ceil().times(rounding.multiple);
  }
}
