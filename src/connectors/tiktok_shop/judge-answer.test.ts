import { describe, expect, test } from 'vitest';
import { CredentialsExpired, MalformedResponse, PlatformUnavailable, RateLimited, Refused } from '#connectors/errors.ts';
import type { HttpResponse } from '#connectors/http.ts';
import { judgeAnswer } from '#connectors/tiktok_shop/judge-answer.ts';

const options = { write: false, confidential: false };
const answer = (code: number, message = 'no', status = 200): HttpResponse => ({
  status,
  headers: {},
  text: JSON.stringify({ code, message, request_id: 'R', data: {} }),
});

function thrownBy(response: HttpResponse, write = false): unknown {
  try {
    judgeAnswer(response, { ...options, write });
  } catch (thrown) {
    return thrown;
  }
  throw new Error('nothing was thrown');
}

function refusalCode(response: HttpResponse): string {
  const thrown = thrownBy(response);
  expect(thrown).toBeInstanceOf(Refused);
  return (thrown as Refused).refusal.code;
}

describe('an answer', () => {
  test('with code 0 gives its data, whose ids keep every digit', () => {
    const judged = judgeAnswer(
      { status: 200, headers: {}, text: '{"code":0,"message":"Success","data":{"id":576486316948490001}}' },
      options,
    );
    expect(judged.data).toEqual({ id: '576486316948490001' });
  });

  test('may write its code as text', () => {
    expect(judgeAnswer({ status: 200, headers: {}, text: '{"code":"0","data":{"id":"1"}}' }, options).data).toEqual({ id: '1' });
    expect(thrownBy({ status: 200, headers: {}, text: '{"code":"105002","message":"expired"}' })).toBeInstanceOf(
      CredentialsExpired,
    );
  });

  test('with HTTP 200 and another code is no success', () => {
    expect(refusalCode(answer(12052999, 'some rule'))).toBe('platform_refused');
  });

  test('that is a refusal needs no data', () => {
    const withoutData = (code: number) => ({
      status: 200,
      headers: {},
      text: JSON.stringify({ code, message: 'no', request_id: 'R' }),
    });
    expect(thrownBy(withoutData(105002))).toBeInstanceOf(CredentialsExpired);
    expect(thrownBy(withoutData(36009002))).toBeInstanceOf(RateLimited);
    expect(refusalCode(withoutData(12052999))).toBe('platform_refused');
  });

  test.each([105001, 105002])('%i says that the token is over', (code) => {
    expect(thrownBy(answer(code, 'access token expired', 401))).toBeInstanceOf(CredentialsExpired);
  });

  test.each([
    ['Invalid access_token in the header', 'token'],
    ["The 'x-tts-access-token' header is missing", 'token'],
    ['Invalid timestamp', 'clock_off'],
    ['Invalid app_key', 'app_rejected'],
    ['unexpected shop_cipher', 'shop_rejected'],
    ['Invalid shop_id', 'shop_rejected'],
    ["The 'sign' parameter is missing", 'signature_rejected'],
    ['Invalid version', 'api_changed'],
    ['Invalid page_token', 'request_rejected'],
    ['something else', 'request_rejected'],
  ])('36009004 is told apart by its message: %s', (message, expected) => {
    if (expected === 'token') expect(thrownBy(answer(36009004, message))).toBeInstanceOf(CredentialsExpired);
    else expect(refusalCode(answer(36009004, message))).toBe(expected);
  });

  test.each([
    [105005, 'scope_missing'],
    [106001, 'signature_rejected'],
    [106013, 'shop_rejected'],
    [36009014, 'api_changed'],
    [36009033, 'ip_not_allowed'],
  ])('%i is refused as %s', (code, expected) => {
    expect(refusalCode(answer(code))).toBe(expected);
  });

  test('that throttles says when to come back: HTTP 429 or code 36009002, with or without Retry-After', () => {
    const limited = thrownBy({ status: 429, headers: { 'retry-after': '7' }, text: '' });
    expect(limited).toBeInstanceOf(RateLimited);
    expect((limited as RateLimited).retryAfterSeconds).toBe(7);
    const byCode = thrownBy(answer(36009002, 'too many requests'));
    expect(byCode).toBeInstanceOf(RateLimited);
    expect((byCode as RateLimited).retryAfterSeconds).toBeGreaterThanOrEqual(1);
    expect((byCode as RateLimited).retryAfterSeconds).toBeLessThanOrEqual(2);
  });

  test.each([
    answer(0, 'ok', 503),
    answer(36009007, 'upstream timeout'),
    answer(36009003, 'internal error'),
    { status: 502, headers: {}, text: '<html>' },
    { status: 408, headers: {}, text: '' },
  ])('that leaves a write in doubt may have applied it (%#)', (response) => {
    const write = thrownBy(response, true);
    expect(write).toBeInstanceOf(PlatformUnavailable);
    expect((write as PlatformUnavailable).mayHaveApplied).toBe(true);
    expect((thrownBy(response) as PlatformUnavailable).mayHaveApplied).toBe(false);
  });

  test.each([
    [21001008, 'System process error, please try again later.'],
    [21001003, 'System timeout. If the error persists, please contact the platform for assistance.'],
    [10002014, 'Failed to get orders, If multiple retry have failed, please contact the platform for assistance'],
    [21022026, 'Cannot purchase shipping label, please try again later.'],
  ])('%i is a fault of the platform’s own: %s', (code, message) => {
    expect(thrownBy(answer(code, message))).toMatchObject({ name: 'PlatformUnavailable', mayHaveApplied: false });
    expect(thrownBy(answer(code, message), true)).toMatchObject({ name: 'PlatformUnavailable', mayHaveApplied: true });
  });

  test.each([
    [12019028, 'Multiple warehouses detected. Include all warehouse IDs and the corresponding details and try again.'],
    [12052901, 'The product in its current status is not available for this operation. Change the product status and try again.'],
    [21011022, 'Invalid tracking number or provider ID. Please double check and try again.'],
    [21011053, 'Fail to ship package because the shipment time is outside of the pick-up time slot.'],
  ])('%i is a fault of the request, though it says "try again": %s', (code, message) => {
    expect(refusalCode(answer(code, message))).toBe('platform_refused');
  });

  test('that the gateway refuses is told in its own words', () => {
    expect((thrownBy(answer(36009004, 'Invalid parameter. skus')) as Refused).refusal.parameters).toEqual({
      message: 'Invalid parameter. skus',
      platformCode: 36009004,
    });
  });

  test.each([
    '',
    '<html>',
    '{"code":0,"message":"Succ',
    '[]',
    '{"message":"no code"}',
    '{"code":null}',
    '{"code":""}',
    '{"code":false}',
    '{"code":[]}',
  ])('that is no envelope is malformed: %s', (text) => {
    expect(thrownBy({ status: 200, headers: {}, text })).toBeInstanceOf(MalformedResponse);
  });

  test('with code 0 and an error status is malformed, not a success', () => {
    expect(thrownBy(answer(0, 'Success', 404))).toBeInstanceOf(MalformedResponse);
  });

  test('that holds tokens is never kept', () => {
    try {
      judgeAnswer(
        { status: 200, headers: {}, text: '{"code":9,"message":"no","data":{"access_token":"TTP_secret"}}' },
        { write: false, confidential: true },
      );
      expect.unreachable();
    } catch (thrown) {
      expect(JSON.stringify(thrown)).not.toContain('TTP_secret');
    }
  });
});
