import { expect, test } from 'vitest';
import { endsSoon, missingWords, toReconnect } from './permission.ts';

test('what is missing is told as what cannot be done; a right not known here by its own name', () => {
  expect(missingWords(['read_orders'])).toBe('see orders');
  expect(missingWords(['read_orders', 'write_inventory', 'write_sorcery'])).toBe('see orders, change stock, or write_sorcery');
});

test('a person is asked to reconnect where nothing works, where rights are missing, and two weeks before the end', () => {
  const now = Date.parse('2026-11-21T08:00:00Z');
  const store = { status: 'active', scopesMissing: [], refreshExpiresAt: null } as const;
  expect(toReconnect({ ...store, scopesMissing: [] }, now)).toBe(false);
  expect(toReconnect({ ...store, scopesMissing: ['read_orders'] }, now)).toBe(true);
  expect(toReconnect({ ...store, scopesMissing: [], status: 'needs_reconnect' }, now)).toBe(true);
  expect(endsSoon({ ...store, refreshExpiresAt: '2026-12-06T08:00:00Z' }, now)).toBeNull();
  expect(endsSoon({ ...store, refreshExpiresAt: '2026-12-04T08:00:00Z' }, now)).toBe('2026-12-04T08:00:00Z');
  expect(endsSoon({ ...store, status: 'disconnected', refreshExpiresAt: '2026-12-04T08:00:00Z' }, now)).toBeNull();
});
