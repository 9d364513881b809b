import { expect, test } from 'vitest';
import { changeTags, readTags, tagsOf } from './tags.ts';

test('tags are parted by commas, without empty and repeated ones', () => {
  expect(readTags(' gift,  vip  buyer ,,gift ')).toEqual({ tags: ['gift', 'vip buyer'] });
  expect(readTags('')).toEqual({ tags: [] });
});

test('a tag that is too long is named', () => {
  expect(readTags(`ok,${'x'.repeat(61)}`)).toEqual({ problem: expect.stringContaining('at most 60') });
});

test('adding what is there and removing what is not changes nothing', () => {
  expect(changeTags(['gift'], ['Gift'], ['other'])).toBeNull();
  expect(changeTags(['gift', 'vip'], ['rush'], ['VIP'])).toEqual(['gift', 'rush']);
});

test('the tags of several orders are listed once, by name', () => {
  expect(tagsOf([{ tags: ['vip', 'gift'] }, { tags: ['gift'] }, { tags: [] }])).toEqual(['gift', 'vip']);
});
