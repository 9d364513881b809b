/** Figures of a platform's answer that the book can hold. What is none of them is unknown to us: it is never stored, nor guessed at. */

/** numeric(19,4) of the price columns. */
const plainAmount = /^\d{1,15}(\.\d{1,4}0*)?$/;

/** The amount as it stands; null for "1,299.00", "NaN", less than zero, or more digits than a price has. */
export const amountIn = (text: string): string | null => (plainAmount.test(text) ? text : null);

/** Well below what the integer columns of stock hold, so that sums fit too. */
const unitsAtMost = 1_000_000_000;

/** The units; null for a figure that no store can mean. */
export const unitsIn = (figure: number): number | null =>
  Number.isInteger(figure) && Math.abs(figure) <= unitsAtMost ? figure : null;
