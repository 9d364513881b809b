import { expect, test } from 'vitest';
import { swappedNeighbours } from '#catalog/typing-errors.ts';

test('each pair of neighbours is swapped once, and the right word is among them', () => {
  expect(swappedNeighbours('shrit')).toEqual(['hsrit', 'srhit', 'shirt', 'shrti']);
});

test('equal letters, blanks and signs stay where they are', () => {
  expect(swappedNeighbours('aA')).toEqual([]);
  expect(swappedNeighbours('a b')).toEqual([]);
  expect(swappedNeighbours('a-b')).toEqual([]);
  expect(swappedNeighbours('')).toEqual([]);
});

test('letters beyond the basic plane and with accents are whole letters', () => {
  expect(swappedNeighbours('áo𝒳')).toEqual(['oá𝒳', 'á𝒳o']);
});

test('however long the text, a bounded number of searches follows', () => {
  expect(swappedNeighbours('abcdefghij'.repeat(20)).length).toBe(24);
});
