import { expect, test } from 'vitest';
import { adoptionWords } from '~/screens/activity/adoption-words.ts';

test('very many that changed at once are told with what had been taken over before, and what a decision does', () => {
  const summary = { listings: 120, zeroed: 120, repriced: 1, zeroedBefore: 90 };
  expect(adoptionWords({ summary }, 'Blue')).toBe(
    'Blue shows 0 for 120 quantities and another price for 1 listing. None of it is taken over, and no other store follows. Before that was noticed, 90 set to 0 had been taken over within the hour: the activity tells which. Correct them by hand if they are wrong. Approve to take all of it over, discard to put yours back there.',
  );
  expect(adoptionWords({ summary: { repriced: 3 } }, 'Blue')).toMatch(/^Blue shows another price for 3 listings. None of it/);
});
