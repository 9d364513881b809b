/**
 * PostgreSQL stores neither a NUL nor half of a surrogate pair in text, and refuses JSON that writes them as escapes. JSON
 * itself allows both (RFC 8259, section 8.2), so they come in from elsewhere: a title that was cut in the middle of an emoji,
 * a database of C strings.
 */

export type Unstorable = 'nul' | 'half_character';

/** What keeps the text from being stored; null when nothing does. */
export function unstorableIn(text: string): Unstorable | null {
  if (text.includes('\0')) return 'nul';
  return text.isWellFormed() ? null : 'half_character';
}

const suspicious = /\\u(?:0000|d[89a-f])/i;
/** A whole pair, half of one, a NUL, or any other escape, of which `\\` matters: what follows it is no escape. */
const escapes = /(\\ud[89ab][\da-f]{2}\\ud[c-f][\da-f]{2})|(\\ud[89a-f][\da-f]{2})|(\\u0000)|\\[^u]/gi;

/** The JSON text with its values storable: NULs are left out, half pairs become U+FFFD. Everything else stays as it is. */
export function storableJson(json: string): string {
  if (!suspicious.test(json)) return json;
  return json.replace(escapes, (whole, _pair, half: string | undefined, nul: string | undefined) =>
    half === undefined ? (nul === undefined ? whole : '') : '\\ufffd',
  );
}
