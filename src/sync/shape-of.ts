/** What may be kept in a log of what a platform told: never who bought (I10), and a log cannot be corrected. */
import type { PlatformAnswer } from '#connectors/errors.ts';

/** So much is kept of what something looks like. */
const shapeLetters = 4000;

/** The platform's own object, with the kinds of what stands in it. */
export function shapeOf(raw: unknown): string {
  const kindOf = (_: string, value: unknown) => (value === null || typeof value === 'object' ? value : typeof value);
  const kinds = JSON.stringify(raw, kindOf);
  return (kinds ?? typeof raw).slice(0, shapeLetters);
}

/** An answer that was not understood: a page of a gateway as it is, anything else by its shape alone. */
export function withoutValues({ body, ...head }: PlatformAnswer): PlatformAnswer {
  if (body === undefined) return head;
  if (/^\s*<(?:!doctype|html)/i.test(body)) return { ...head, body };
  try {
    return { ...head, body: shapeOf(JSON.parse(body)) };
  } catch {
    return { ...head, body: `${body.length} letters that are no JSON` };
  }
}
