import { createSecretKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { buyerKeys, searchKeys } from '#orders/customer-details.ts';
import { remoteOrder } from '#test/remote-order.ts';

const key = createSecretKey(new Uint8Array(32).fill(7));
const found = (name: string, query: string): boolean => {
  const buyer = { name, email: '', phone: '' };
  const keys = new Set(buyerKeys(key, remoteOrder('A', new Date(0), [], { buyer })));
  return searchKeys(key, query).every((one) => keys.has(one));
};

test.each([
  ['Zoë Judge', 'zoe'],
  ['Zoë Judge', 'ZOË judge'],
  ['Đặng Thị Ánh', 'dang thi anh'],
  ['Đặng Thị Ánh', 'Đặng'],
  ['Søren Groß', 'soren gross'],
  ['山田 太郎', '山田'],
  ['Ivan Ёлкин', 'Ёлкин'],
])('%s is found by "%s"', (name, query) => expect(found(name, query)).toBe(true));

test('an accent that was typed counts', () => expect(found('Zoe Judge', 'Zoë')).toBe(false));
test('another name is not found', () => expect(found('Zoë Judge', 'zora')).toBe(false));
