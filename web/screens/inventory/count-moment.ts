/** When a count began, as a field of the browser writes it: local time without a zone. */
export function localMoment(at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

const daysAtMost = 31;

/**
 * The moment that was typed, or the sentence that says the rule. A field shows minutes: while it shows that of `exact`, the
 * count began at that very moment, and what was booked a few seconds before it is not taken for something that came after.
 */
export function readMoment(typed: string, now: Date, exact: Date): { since: string } | { problem: string } {
  const at = typed === localMoment(exact) ? exact : new Date(typed);
  const age = now.getTime() - at.getTime();
  if (Number.isNaN(age)) return { problem: 'Say when the count began.' };
  if (age < 0) return { problem: 'The count cannot begin later than now.' };
  if (age > daysAtMost * 86_400_000) return { problem: `At most ${daysAtMost} days ago; count again from a new sheet.` };
  return { since: at.toISOString() };
}
