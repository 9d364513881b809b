/** Leaves out as much of a story as can be left out while it still fails. */
import type { Deed, Story } from '#test/simulation/story.ts';

const triesAtMost = 60;

/** Parts of the story are left out, large ones first; `fails` runs what is left. */
export async function shrink(story: Story, fails: (candidate: Story) => Promise<boolean>): Promise<Story> {
  let deeds: readonly Deed[] = story.deeds;
  let tries = 0;
  for (let size = Math.ceil(deeds.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < deeds.length && tries < triesAtMost; ) {
      const left = [...deeds.slice(0, from), ...deeds.slice(from + size)];
      tries++;
      if (await fails({ ...story, deeds: left })) deeds = left;
      else from += size;
    }
  }
  return { ...story, deeds };
}
