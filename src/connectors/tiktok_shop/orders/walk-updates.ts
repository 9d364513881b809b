import { MalformedResponse } from '#connectors/errors.ts';

interface Found<T> {
  found: readonly T[];
  /** '' on the last page. */
  next: string;
}

/**
 * Everything that changed from `since` (unix seconds) on, oldest change first, some of it twice. What changes while pages are
 * read moves to the end, and pulls another over the edge of a page that a token counts from: so each page begins where the
 * last one ended by its time. A token is used only to get through a second that fills a page, or where the platform gives
 * another order than it was asked for; what comes after that second is then asked for by its time again.
 */
export async function* walkUpdates<T extends { update_time: number }>(
  since: number,
  ask: (from: number, pageToken: string) => Promise<Found<T>>,
): AsyncIterable<readonly T[]> {
  const tokens = new Set<string>();
  let from = since;
  let sorted = true;
  for (let pageToken = ''; ; ) {
    const { found, next } = await ask(from, pageToken);
    if (found.length > 0) yield found;
    sorted &&= isAscending(found);
    const last = found.at(-1)?.update_time ?? from;
    const throughSecond = pageToken !== '' && sorted && (next === '' || last > from);
    if (throughSecond || (next !== '' && sorted && last > from)) {
      from = throughSecond ? from + 1 : last;
      pageToken = '';
      tokens.clear();
    } else {
      if (next === '') return;
      if (tokens.has(next)) throw new MalformedResponse('The pages of a search run in a circle');
      tokens.add(next);
      pageToken = next;
    }
  }
}

const isAscending = (found: readonly { update_time: number }[]): boolean =>
  found.every(({ update_time: time }, at) => at === 0 || (found[at - 1]?.update_time ?? 0) <= time);
