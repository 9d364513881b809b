/**
 * The search by likeness (pg_trgm) forgives a wrong, a missing and a needless letter. Two letters in each other's place
 * leave too few trigrams in common ("shrit" has two of six with "shirt"), so that error is put right here and searched
 * again, when nothing else was found.
 */
const triedAtMost = 24;

/** The text with two neighbouring letters in each other's place, once for each pair. Empty where there is none. */
export function swappedNeighbours(text: string): string[] {
  const letters = [...text];
  const swapped = letters.slice(1).flatMap((second, index) => {
    const first = letters[index] ?? '';
    if (first.toLowerCase() === second.toLowerCase() || !isLetter(first) || !isLetter(second)) return [];
    return [[...letters.slice(0, index), second, first, ...letters.slice(index + 2)].join('')];
  });
  return swapped.slice(0, triedAtMost);
}

const isLetter = (character: string): boolean => /[\p{L}\p{N}]/u.test(character);
