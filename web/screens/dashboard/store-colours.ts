import { otherStores } from '~/screens/dashboard/sales-model.ts';

/**
 * One colour per store, by its place in the list of stores. Chosen so that each pair differs by at least 0.1 in OKLab also to
 * eyes with protanopia, deuteranopia and tritanopia (Machado et al. 2009), the first ones by 0.17, and each has at least
 * 3:1 against the ground (WCAG 1.4.11). They stand beside names and figures, never alone.
 */
const colours = [
  'light-dark(oklch(48% 0.09 240), oklch(74% 0.12 230))',
  'light-dark(oklch(65% 0.12 90), oklch(55% 0.12 70))',
  'light-dark(oklch(30% 0.06 90), oklch(92% 0.12 100))',
  'light-dark(oklch(65% 0.15 250), oklch(55% 0.15 270))',
  'light-dark(oklch(48% 0.09 70), oklch(74% 0.15 90))',
  'light-dark(oklch(36% 0.15 270), oklch(92% 0.09 200))',
  'light-dark(oklch(36% 0.15 340), oklch(80% 0.06 130))',
];
const rest = 'light-dark(oklch(58% 0 0), oklch(62% 0 0))';

export const storeColour = (storeId: string, storeIds: readonly string[]): string =>
  storeId === otherStores ? rest : (colours[storeIds.indexOf(storeId)] ?? rest);
