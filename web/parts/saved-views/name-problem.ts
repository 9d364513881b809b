/** As the server counts: what a reader takes for one character, in most languages. */
const lengthAtMost = 60;

/** What is wrong with the name of a view. */
export function nameProblem(typed: string): string | undefined {
  const { length } = [...typed.normalize('NFC').trim().replace(/\s+/g, ' ')];
  if (length === 0) return 'A view needs a name.';
  return length > lengthAtMost ? `A name has at most ${lengthAtMost} characters; this one has ${length}.` : undefined;
}
