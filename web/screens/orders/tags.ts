/** The seller's own tags. Pure. */
const longest = 60;
const most = 50;

/** Typed tags, parted by commas, in the order typed; or the sentence that says the rule. */
export function readTags(typed: string): { tags: string[] } | { problem: string } {
  const tags = [
    ...new Set(
      typed
        .split(',')
        .map((tag) => tag.trim().replace(/\s+/g, ' '))
        .filter((tag) => tag !== ''),
    ),
  ];
  const long = tags.find((tag) => tag.length > longest);
  if (long !== undefined)
    return { problem: `A tag has at most ${longest} characters; "${long.slice(0, 20)}…" has ${long.length}.` };
  return { tags };
}

/** An order's tags after some are added and others taken away; null when nothing changes. Upper and lower case are the same tag. */
export function changeTags(before: readonly string[], add: readonly string[], remove: readonly string[]): string[] | null {
  const same = (a: string) => (b: string) => a.toLowerCase() === b.toLowerCase();
  const kept = before.filter((tag) => !remove.some(same(tag)));
  const added = add.filter((tag) => !kept.some(same(tag)));
  if (added.length === 0 && kept.length === before.length) return null;
  return [...kept, ...added].slice(0, most);
}

/** Every tag that some of the orders have, by name. */
export const tagsOf = (orders: readonly { tags: readonly string[] }[]): string[] =>
  [...new Set(orders.flatMap(({ tags }) => tags))].sort((a, b) => a.localeCompare(b));
