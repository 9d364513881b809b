import { MalformedResponse } from '#connectors/errors.ts';

interface Found<T> {
  found: readonly T[];
  /** '' on the last page. */
  next: string;
}

/**
 * Everything that changed from `since` (unix seconds) on, oldest change first, some of it twice. What changes while pages are
 * read moves to the end and would pull others over the edge of a page that a token counts from: so each page begins where the
 * last one ended by its time, and a token is used only among things of one second, or where the platform gives another order.
 */
export async function* walkUpdates<T extends { update_time: number }>(
  since: number,
  ask: (from: number, pageToken: string) => Promise<Found<T>>,
): AsyncIterable<readonly T[]> {
  const tokens = new Set<string>();
  let from = since;
  for (let pageToken = ''; ; ) {
    const { found, next } = await ask(from, pageToken);
    if (found.length > 0) yield found;
    if (next === '') return;
    const last = found.at(-1)?.update_time ?? from;
    if (last > from && isAscending(found)) {
      from = last;
      pageToken = '';
      tokens.clear();
      continue;
    }
    if (tokens.has(next)) throw new MalformedResponse('The pages of a search run in a circle');
    tokens.add(next);
    pageToken = next;
  }
}

const isAscending = (found: readonly { update_time: number }[]): boolean =>
  found.every(({ update_time: time }, at) => at === 0 || (found[at - 1]?.update_time ?? 0) <= time);
