import { expect, test } from 'vitest';
import { topicWords } from './webhook-words.ts';

test('what both platforms tell of the same thing is told in the same words', () => {
  expect([topicWords('products/update'), topicWords('PRODUCT_INFORMATION_CHANGE')]).toEqual([
    'Product changed',
    'Product changed',
  ]);
  expect([topicWords('orders/updated'), topicWords('ORDER_STATUS_CHANGE')]).toEqual(['Order changed', 'Order changed']);
});

test('a topic that is not known yet is told by its own name, readable', () => {
  expect(topicWords('themes/publish')).toBe('Themes publish');
  expect(topicWords('NEW_CONVERSATION')).toBe('New conversation');
  expect(topicWords('')).toBe('');
});
