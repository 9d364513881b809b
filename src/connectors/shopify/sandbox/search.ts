/**
 * The `query` argument: terms, field filters with comparators, NOT or -, AND (also implied), OR, parentheses.
 * Source: https://shopify.dev/docs/api/usage/search-syntax. The platform ignores a filter that it does not know; the
 * practice shop refuses it, so that a misspelt one is found here.
 */
import { requestError } from '#connectors/shopify/sandbox/request-context.ts';

export type SearchField<T> =
  | { kind: 'text'; of(row: T): string | readonly string[] }
  | { kind: 'id' | 'integer'; of(row: T): string | number }
  | { kind: 'time'; of(row: T): number }
  | { kind: 'boolean'; of(row: T): boolean };

export interface SearchFields<T> {
  fields: Readonly<Record<string, SearchField<T>>>;
  /** Where a bare word is looked for. */
  words(row: T): string;
}

export type Predicate<T> = (row: T) => boolean;

/** The predicate of a query; null when it asks for nothing. Throws a request error when it cannot be understood. */
export function parseSearch<T>(query: string | null | undefined, known: SearchFields<T>, now: number): Predicate<T> | null {
  const tokens = tokenize(query ?? '');
  if (tokens.length === 0) return null;
  const parser: Parser<T> = { tokens, at: 0, known, now };
  const predicate = parseAlternatives(parser);
  if (parser.at < tokens.length) throw refused(`unexpected "${tokens[parser.at]}"`);
  return predicate;
}

/** When the whole query is one `field:value` (no comparator, no wildcard): its value, for a look-up instead of a scan. */
export function soleTerm(query: string | null | undefined, field: string): string | null {
  const tokens = tokenize(query ?? '');
  const term = tokens.length === 1 && tokens[0] !== undefined ? splitTerm(tokens[0]) : null;
  if (term === null || term.field !== field || term.comparator !== '' || term.value.endsWith('*') || term.value.includes(','))
    return null;
  return term.value;
}

interface Parser<T> {
  tokens: readonly string[];
  at: number;
  known: SearchFields<T>;
  now: number;
}

/** Words, keeping a quoted part with what it belongs to: `title:"green hoodie"` is one token. */
function tokenize(query: string): string[] {
  const tokens = query.match(/[()]|(?:[^\s()"']|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')+|["']/g) ?? [];
  const loose = tokens.find((token) => token === '"' || token === "'");
  if (loose !== undefined) throw refused('a quotation mark is not closed');
  return tokens;
}

function parseAlternatives<T>(parser: Parser<T>): Predicate<T> {
  const choices = [parseTogether(parser)];
  while (parser.tokens[parser.at] === 'OR') {
    parser.at += 1;
    choices.push(parseTogether(parser));
  }
  return (row) => choices.some((choice) => choice(row));
}

function parseTogether<T>(parser: Parser<T>): Predicate<T> {
  const all: Predicate<T>[] = [];
  for (
    let token = parser.tokens[parser.at];
    token !== undefined && token !== ')' && token !== 'OR';
    token = parser.tokens[parser.at]
  ) {
    if (token === 'AND') parser.at += 1;
    all.push(parseOne(parser));
  }
  if (all.length === 0) throw refused('a condition is missing');
  return (row) => all.every((one) => one(row));
}

function parseOne<T>(parser: Parser<T>): Predicate<T> {
  const token = parser.tokens[parser.at];
  parser.at += 1;
  if (token === undefined || token === ')') throw refused('a condition is missing');
  if (token === 'NOT') {
    const inner = parseOne(parser);
    return (row) => !inner(row);
  }
  if (token === '(') {
    const inner = parseAlternatives(parser);
    if (parser.tokens[parser.at] !== ')') throw refused('a parenthesis is not closed');
    parser.at += 1;
    return inner;
  }
  if (token.startsWith('-') && token.length > 1) {
    const inner = term(token.slice(1), parser);
    return (row) => !inner(row);
  }
  return term(token, parser);
}

interface Term {
  field: string;
  comparator: '' | '<' | '<=' | '>' | '>=';
  value: string;
}

function splitTerm(token: string): Term | null {
  const match = /^([A-Za-z_][\w.]*):(<=|>=|<|>|)(.*)$/s.exec(token);
  if (match === null) return null;
  return { field: match[1] ?? '', comparator: (match[2] ?? '') as Term['comparator'], value: unquote(match[3] ?? '') };
}

function term<T>(token: string, parser: Parser<T>): Predicate<T> {
  const split = splitTerm(token);
  if (split === null) {
    const word = unquote(token).toLowerCase();
    return (row) => matchesWords(parser.known.words(row), word);
  }
  const field = Object.hasOwn(parser.known.fields, split.field) ? parser.known.fields[split.field] : undefined;
  if (field === undefined) throw refused(`the filter "${split.field}" is not known here`);
  if (split.value === '') throw refused(`the filter "${split.field}" has no value`);
  return fieldPredicate(field, split, parser.now);
}

function fieldPredicate<T>(field: SearchField<T>, { field: name, comparator, value }: Term, now: number): Predicate<T> {
  if (field.kind === 'text') {
    if (comparator !== '') throw refused(`"${name}" takes no comparator`);
    const wanted = value.split(',').map((one) => one.trim().toLowerCase());
    return (row) => [field.of(row)].flat().some((text) => wanted.some((one) => matchesText(text.toLowerCase(), one)));
  }
  if (field.kind === 'boolean') {
    if (value !== 'true' && value !== 'false') throw refused(`"${name}" is true or false`);
    return (row) => field.of(row) === (value === 'true');
  }
  if (field.kind === 'time') {
    const moment = value === 'now' ? now : Date.parse(value);
    if (Number.isNaN(moment)) throw refused(`"${value}" is not a moment`);
    // The platform keeps these moments to the second.
    const second = Math.floor(moment / 1000);
    return (row) => holds(comparator, Math.floor(field.of(row) / 1000) - second);
  }
  if (comparator === '') {
    const numbers = new Set(value.split(',').map((one) => wholeNumber(name, one.trim())));
    return (row) => numbers.has(BigInt(field.of(row)));
  }
  const bound = wholeNumber(name, value);
  return (row) => holds(comparator, Number(BigInt(field.of(row)) - bound));
}

function holds(comparator: Term['comparator'], difference: number): boolean {
  if (comparator === '<') return difference < 0;
  if (comparator === '<=') return difference <= 0;
  if (comparator === '>') return difference > 0;
  if (comparator === '>=') return difference >= 0;
  return difference === 0;
}

const matchesText = (text: string, wanted: string): boolean =>
  wanted.endsWith('*') ? text.startsWith(wanted.slice(0, -1)) : text === wanted;

function matchesWords(text: string, word: string): boolean {
  const lower = text.toLowerCase();
  if (word.includes(' ')) return lower.includes(word);
  return lower.split(/[^\p{L}\p{N}]+/u).some((part) => matchesText(part, word)) || lower === word;
}

function wholeNumber(name: string, text: string): bigint {
  if (!/^-?\d{1,20}$/.test(text)) throw refused(`"${name}" is a whole number`);
  return BigInt(text);
}

const unquote = (text: string): string => (/^(["']).*\1$/s.test(text) ? text.slice(1, -1).replace(/\\(.)/g, '$1') : text);

const refused = (why: string) => requestError(`Invalid search query: ${why}`, 'BAD_REQUEST');
