/**
 * A spreadsheet runs a cell that begins with = + - @ (or their full-width forms), a tab or a line break as a formula: a
 * product title could then read the seller's files or call out (CWE-1236; https://owasp.org/www-community/attacks/CSV_Injection).
 * So we write one apostrophe before such text, which spreadsheets understand as "this is text", and take it away again
 * when we read. Text that has apostrophes before a formula character gets one more, so both ways are exact:
 * restoreCell(neutraliseCell(text)) === text, for every text.
 */
const looksLikeFormula = /^'*[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;
const wasNeutralised = /^'+[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;

/** Text as it is safe in a spreadsheet's cell. Numbers that we format ourselves do not pass here: -5 stays -5. */
export function neutraliseCell(text: string): string {
  return looksLikeFormula.test(text) ? `'${text}` : text;
}

/** The text that a cell stands for. A bare formula in a foreign file stays as it is: here it is only text. */
export function restoreCell(cell: string): string {
  return wasNeutralised.test(cell) ? cell.slice(1) : cell;
}
