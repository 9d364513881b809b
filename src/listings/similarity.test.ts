import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { optionSimilarity, plainWords, sameNumbers, titleSimilarity } from '#listings/similarity.ts';

describe('titles', () => {
  test('are compared without case, accents, punctuation and word order', () => {
    expect(titleSimilarity('Áo thun cổ tròn – Đen', 'den ao thun co tron')).toBe(1);
    expect(titleSimilarity('Crew-Neck T-Shirt', 'crew neck t shirt')).toBe(1);
    expect(plainWords('  Đầm   Xòe!! ')).toBe('dam xoe');
  });

  const altered: [string, string][] = [
    ['Organic Cotton T-Shirt', 'Organic Coton T-Shirt'],
    ['Organic Cotton T-Shirt', 'NEW! Organic Cotton T-Shirt'],
    ['Organic Cotton T-Shirt', 'Acme Organic Cotton T-Shirt for Men'],
    ['Stainless Steel Water Bottle 750 ml', 'Water Bottle 750ml Stainless Steel'],
    ['Áo sơ mi nam tay dài', 'Ao so mi nam tay dai chinh hang'],
    ['Kemeja Batik Pria Lengan Panjang', 'Kemeja Batik Lengan Panjang Pria Premium'],
  ];
  const decoys: [string, string][] = [
    ['Organic Cotton T-Shirt', 'Organic Cotton Socks'],
    ['Organic Cotton T-Shirt', 'Leather Belt'],
    ['Stainless Steel Water Bottle 750 ml', 'Stainless Steel Lunch Box'],
    ['Áo sơ mi nam tay dài', 'Quần jean nam'],
    ['Kemeja Batik Pria Lengan Panjang', 'Celana Pendek Pria'],
  ];

  test('altered are more alike than any decoy', () => {
    const lowest = Math.min(...altered.map(([a, b]) => titleSimilarity(a, b)));
    const highest = Math.max(...decoys.map(([a, b]) => titleSimilarity(a, b)));
    expect(lowest).toBeGreaterThan(0.8);
    expect(highest).toBeLessThan(0.7);
  });

  test('that name other numbers are told apart, however alike their words are', () => {
    expect(sameNumbers('Cotton T-Shirt', 'Cotton T-Shirt (Set of 3)')).toBe(false);
    expect(sameNumbers('Bottle 750 ml', 'Bottle 500ml')).toBe(false);
    expect(sameNumbers('Bottle 750 ml', '750ML bottle!')).toBe(true);
    expect(sameNumbers('Cotton T-Shirt', 'NEW cotton t-shirt')).toBe(true);
  });

  test('that are empty, or all punctuation, are like nothing', () => {
    expect(titleSimilarity('', '')).toBe(0);
    expect(titleSimilarity('!!!', '???')).toBe(0);
    expect(titleSimilarity('Shirt', '')).toBe(0);
  });

  test('are alike both ways, between 0 and 1, and each like itself', () => {
    const titles = fc.string({ unit: 'grapheme', maxLength: 60 });
    fc.assert(
      fc.property(titles, titles, (a, b) => {
        const score = titleSimilarity(a, b);
        expect(score).toBe(titleSimilarity(b, a));
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
        expect(titleSimilarity(a, a)).toBe(plainWords(a) === '' ? 0 : 1);
      }),
    );
  });
});

describe('options', () => {
  test('are compared as a set, whatever their order, case and accents', () => {
    expect(optionSimilarity(['Red', 'L'], ['l', 'RED'])).toBe(1);
    expect(optionSimilarity(['Đỏ'], ['do'])).toBe(1);
    expect(optionSimilarity(['Red', 'L'], ['Red', 'M'])).toBe(0.5);
    expect(optionSimilarity(['Red'], ['Red', 'M'])).toBe(0.5);
  });

  test("a platform's placeholder is no option", () => {
    expect(optionSimilarity(['Default Title'], [])).toBe(1);
    expect(optionSimilarity(['Default'], ['Default Title'])).toBe(1);
    expect(optionSimilarity(['Default Title'], ['Red'])).toBe(0);
  });
});
