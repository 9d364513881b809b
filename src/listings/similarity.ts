/** How alike two titles are, and two sets of option values. Pure; scores from 0 to 1. */

/** Lower case, without accents and punctuation, words separated by one blank. */
export function plainWords(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLocaleLowerCase('en')
    .replace(/đ/g, 'd')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** Trigrams as PostgreSQL's pg_trgm makes them: of each word, with two blanks before and one behind; word order plays no part. */
function trigrams(text: string): Set<string> {
  const found = new Set<string>();
  for (const word of plainWords(text).split(' ')) {
    const padded = `  ${word} `;
    for (let at = 0; at + 3 <= padded.length; at++) found.add(padded.slice(at, at + 3));
  }
  return found;
}

/**
 * The mean of what two titles share of all (Jaccard) and of the shorter one (containment): an added "New" or brand costs
 * little, another noun costs much.
 */
export function titleSimilarity(a: string, b: string): number {
  const [one, other] = [trigrams(a), trigrams(b)];
  if (plainWords(a) === '' || plainWords(b) === '') return 0;
  const shared = [...one].filter((gram) => other.has(gram)).length;
  return (shared / (one.size + other.size - shared) + shared / Math.min(one.size, other.size)) / 2;
}

/** Whether two titles name the same numbers: "Set of 3" and "500 ml" make another thing, however alike the words are. */
export function sameNumbers(a: string, b: string): boolean {
  const numbers = (text: string) => [...new Set(plainWords(text).match(/\d+/g) ?? [])].sort().join(' ');
  return numbers(a) === numbers(b);
}

/** Share of option values that both have, whatever their order and names. No options on either side: alike. */
export function optionSimilarity(a: readonly string[], b: readonly string[]): number {
  const real = (values: readonly string[]) =>
    new Set(values.map(plainWords).filter((value) => value !== '' && value !== 'default title' && value !== 'default'));
  const [one, other] = [real(a), real(b)];
  if (one.size === 0 && other.size === 0) return 1;
  const shared = [...one].filter((value) => other.has(value)).length;
  return shared / Math.max(one.size, other.size);
}
