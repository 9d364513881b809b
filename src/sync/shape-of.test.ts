import { describe, expect, test } from 'vitest';
import { withoutValues } from '#sync/shape-of.ts';

describe('an answer that was not understood, as the log keeps it', () => {
  test('names what stood in it, and not what it was', () => {
    const body = '{"orders":[{"id":7,"buyer":{"name":"Ánh Nguyễn","phone":null}}]}';
    expect(withoutValues({ status: 200, requestId: 'r1', body })).toEqual({
      status: 200,
      requestId: 'r1',
      body: '{"orders":[{"id":"number","buyer":{"name":"string","phone":null}}]}',
    });
  });

  test('that broke off, or is text, is told by its length', () => {
    expect(withoutValues({ body: '{"buyer":"Ánh Ngu' })).toEqual({ body: '17 letters that are no JSON' });
  });

  test('that is the page of a gateway is kept', () => {
    const body = '<!DOCTYPE html><title>Bad gateway</title>';
    expect(withoutValues({ status: 502, body })).toEqual({ status: 502, body });
    expect(withoutValues({ status: 502 })).toEqual({ status: 502 });
  });
});
