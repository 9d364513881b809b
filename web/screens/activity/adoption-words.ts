/** What is asked of very many figures that changed at once on the store that owns them. Pure. */
import type { ChangeSet } from '~/api-model/activity.ts';
import { count, counted } from '~/parts/amounts.ts';

/** What it shows, and what of it has been taken over: as sentences. */
export function adoptionWords({ summary }: Pick<ChangeSet, 'summary'>, store: string): string {
  const { zeroed = 0, repriced = 0, zeroedBefore = 0, repricedBefore = 0 } = summary;
  const shows = both(
    zeroed > 0 ? `0 for ${counted(zeroed, 'quantity', 'quantities')}` : '',
    repriced > 0 ? `another price for ${counted(repriced, 'listing')}` : '',
  );
  const before = both(
    zeroedBefore > 0 ? `${count(zeroedBefore)} set to 0` : '',
    repricedBefore > 0 ? counted(repricedBefore, 'price') : '',
  );
  const taken =
    before === ''
      ? ''
      : ` Before that was noticed, ${before} had been taken over within the hour: the activity tells which. Correct them by hand if they are wrong.`;
  return `${store} shows ${shows}. None of it is taken over, and no other store follows.${taken} Approve to take all of it over, discard to put yours back there.`;
}

const both = (...parts: string[]): string => parts.filter((part) => part !== '').join(' and ');

export const adoptionDone = {
  approve: 'Approved. They are taken over, and every store follows.',
  discard: 'Discarded. Yours are put back there.',
} as const;
