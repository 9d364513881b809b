/** What anybody may send to the addresses of platforms, and what a platform itself may send that nobody expected. */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { connect as openSocket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import { newId } from '#base/ids.ts';
import type { PracticeGood } from '#connectors/practice.ts';
import type { ListingAnswer } from '#http/listing-shape.ts';
import { eventually } from '#test/journeys/eventually.ts';
import { type Program, programOf } from '#test/journeys/program.ts';
import { type Stage, startStage } from '#test/journeys/stage.ts';
import { standingRows } from '#test/journeys/standing-rows.ts';
import type { Problem } from '#test/journeys/visitor.ts';

let stage: Stage;
let program: Program;
let shop: string;
let good: PracticeGood;
let before: Record<string, string>;

beforeAll(async () => {
  stage = await startStage();
  stage.source.control.add([{ title: 'Lantern', variants: [{ sku: 'LAN', price: '20.00', quantity: 5 }] }]);
  good = present(stage.source.control.goods()[0], 'a good');
  await stage.connect(stage.source);
  await stage.stopWorker();
  program = programOf(stage.origin, '');
  shop = stage.source.control.access().shop ?? '';
  before = await standingRows(stage.appUrl);
});
afterAll(() => stage.close());
beforeEach(() => {
  stage.errors.length = 0;
});

/** It is refused with a code and a sentence, was not our own failure, and nothing was written. */
async function expectRefused(answer: { status: number; body: Problem }, status: number, code: string): Promise<void> {
  expect(answer.body, JSON.stringify(answer.body)).toMatchObject({ status, code, requestId: expect.any(String) });
  expect(stage.errors).toEqual([]);
  expect(await standingRows(stage.appUrl)).toEqual(before);
}

describe('a delivery that anybody may send', () => {
  const types = { 'content-type': 'application/json' };

  test.each(['shopify', 'tiktok_shop'])(
    'of %s without a signature that holds is refused, whatever it is, and nothing of it is kept',
    async (platform) => {
      const send = (headers: Record<string, string>, body?: string) =>
        program.send<Problem>('POST', `/webhooks/${platform}`, headers, body);
      const forged = {
        'x-shopify-hmac-sha256': 'AAAA',
        'x-shopify-topic': 'app/uninstalled',
        'x-shopify-shop-domain': 'practice-main.myshopify.com',
      };
      for (const answer of [
        await send({}),
        await send(types, ''),
        await send(types, '{}'),
        await send({ ...types, ...forged }, '{}'),
        await send({ ...types, authorization: '0'.repeat(64) }, '{"type":6}'),
        await send({ 'content-type': 'text/xml' }, '<a/>'),
        await send({ 'content-type': 'multipart/form-data; boundary=x' }, '--x--'),
      ])
        await expectRefused(answer, 401, 'unauthenticated');
    },
  );

  test.each([
    ['with its size said beforehand', false],
    ['in pieces without an end', true],
  ])('of 20 MB, %s, is answered 413 long before it was sent, and the answer arrives', async (_how, chunked) => {
    const { port, hostname } = new URL(stage.origin);
    const socket = openSocket(Number(port), hostname);
    let answer = '';
    let closed = false;
    socket.on('data', (piece) => {
      answer += piece;
    });
    socket.once('close', () => {
      closed = true;
    });
    // Cut off while it is still sending: that is what is waited for.
    socket.on('error', () => undefined);
    const length = chunked ? 'transfer-encoding: chunked' : 'content-length: 20000000';
    socket.write(`POST /webhooks/shopify HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${length}\r\n\r\n`);
    const piece = Buffer.alloc(100_000, ' ');
    let sent = 0;
    while (!answer.includes('\r\n\r\n') && sent < 20_000_000) {
      const taken = socket.write(chunked ? Buffer.concat([Buffer.from('186a0\r\n'), piece, Buffer.from('\r\n')]) : piece);
      sent += piece.length;
      if (!taken) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(sent).toBeLessThan(chunked ? 12_000_000 : 3_000_000);
    expect(closed).toBe(false);
    socket.destroy();
    expect(stage.errors).toEqual([]);
    expect(await standingRows(stage.appUrl)).toEqual(before);
  });

  test('of 20 MB is answered with the reason also to a caller that would send all of it before reading', async () => {
    for (const body of [Buffer.alloc(20_000_000, ' '), pieces(20)]) {
      const answer = await program.send<Problem>('POST', '/webhooks/tiktok_shop', types, body);
      await expectRefused(answer, 413, 'payload_too_large');
      expect(answer.body.detail).toMatch(/larger than \d MB/);
    }
  });
});

describe('a delivery that the platform has signed', () => {
  interface Event {
    topic: string;
    deliveryId: string | null;
  }
  const events = () => stage.person.all<Event>('/api/webhook-events');

  function deliver(body: string | Buffer, headers: Record<string, string> = {}) {
    const secret = stage.source.control.access().clientSecret ?? '';
    return program.send<Problem>(
      'POST',
      '/webhooks/shopify',
      {
        'content-type': 'application/json',
        'x-shopify-topic': 'products/update',
        'x-shopify-shop-domain': shop,
        'x-shopify-webhook-id': newId(),
        'x-shopify-hmac-sha256': createHmac('sha256', secret).update(body).digest('base64'),
        ...headers,
      },
      body,
    );
  }

  const unread = {
    'is empty': '',
    'is no JSON': 'not json',
    'is a web page': '<html></html>',
    'is a list': '[1,2,3]',
    'is null': 'null',
    'is cut off': '{"id":12',
    'is not UTF-8': Buffer.from([0x7b, 0xff, 0xfe, 0x7d]),
    'is 100,000 lists in each other': `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
    'names no id': '{"title":"x"}',
    'names an id that is none': '{"id":"\\u0000"}',
    'names two ids': '{"id":1,"id":2}',
  };

  test.each(Object.entries(unread))(
    'and %s is taken, so that it is not sent again for days, and nothing of it is believed',
    async (_what, body) => {
      const answer = await deliver(body);
      expect([answer.status, answer.body]).toEqual([200, { received: true }]);
      expect(stage.errors).toEqual([]);
      expect(await standingRows(stage.appUrl)).toEqual(before);
    },
  );

  test('for another shop than its signed body names is not believed', async () => {
    const answer = await deliver(`{"id":1,"myshopify_domain":"somebody-else.myshopify.com"}`, {
      'x-shopify-topic': 'app/uninstalled',
    });
    expect(answer.status).toBe(200);
    expect(await standingRows(stage.appUrl)).toEqual(before);
  });

  test('names things by ids of 64 bits, to the last digit', async () => {
    expect((await deliver('{"id":9223372036854775807}')).status).toBe(200);
    const { rows } = await stage.hub.db.inOrganization(stage.actor.organizationId, (tx) =>
      tx.execute<{ hints: unknown }>('select hints from webhook_events'),
    );
    expect(JSON.stringify(rows)).toContain('gid://shopify/Product/9223372036854775807');
    expect(stage.errors).toEqual([]);
  });

  test('with names that every object has, text that cannot be stored, and a topic nobody knows is kept and harms nothing', async () => {
    const body = `{"id":12,"__proto__":{"admin":true},"constructor":{"prototype":{"a":1}},"title":"a\\u0000b \\ud83c","note":"<script>"}`;
    expect((await deliver(body, { 'x-shopify-topic': 'nobody/knows' })).status).toBe(200);
    expect((await deliver(body)).status).toBe(200);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
    expect((await events()).map(({ topic }) => topic)).toEqual(expect.arrayContaining(['nobody/knows', 'products/update']));
    expect(stage.errors).toEqual([]);
  });

  test('after all this is acted on as ever', async () => {
    stage.startWorker();
    await eventually('the platform knows whom to call', async () => {
      expect(await stage.person.all('/api/stores')).toMatchObject([{ status: 'active', webhooks: 'on' }]);
    });
    stage.source.control.edit(good.variantId, { price: '21.00', quantity: 4 });
    await eventually('the edit is here', async () => {
      const [listing] = await stage.person.all<ListingAnswer>('/api/listings');
      expect(listing).toMatchObject({ price: { remote: '21.00' }, quantity: { remote: 4 } });
    });
    await eventually('everything that was kept has been worked on', async () => {
      expect(await stage.person.all('/api/webhook-events?processed=false')).toEqual([]);
    });
    expect(stage.errors).toEqual([]);
  });
});

/** So many megabytes, of which nobody says beforehand how many they are. */
function pieces(megabytes: number): ReadableStream<Uint8Array> {
  let left = megabytes;
  return new ReadableStream({
    pull(controller) {
      if (left-- > 0) controller.enqueue(Buffer.alloc(1_000_000, ' '));
      else controller.close();
    },
  });
}
