import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import { PlatformUnavailable, RateLimited } from '#connectors/errors.ts';
import { HostNotAllowed } from '#connectors/guard.ts';
import { type HttpRequest, patiently } from '#connectors/http.ts';
import { openSockets } from '#connectors/sockets.ts';
import { makeTransport, type Pacing } from '#connectors/transport.ts';

let server: Server;
let origin: string;
const wire = openSockets(true);
let asked: { method: string; url: string; body: string }[] = [];
let answer: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => void response.end('ok');

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      asked.push({ method: request.method ?? '', url: request.url ?? '', body });
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  asked = [];
  answer = (_, response) => void response.end('ok');
});
afterAll(async () => {
  await wire.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const transport = (options: { pacing?: Pacing; signal?: AbortSignal } = {}) =>
  makeTransport({
    now: () => 1_000_000,
    wire,
    pacing: options.pacing ?? null,
    onLearnFailed: () => undefined,
    ...(options.signal ? { signal: options.signal } : {}),
  });

const write = (change: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'POST',
  url: `${origin}/write`,
  body: '{"n":1}',
  bucket: 'api',
  cost: 1,
  timeoutSeconds: 1,
  ...change,
});

async function failure(work: Promise<unknown>): Promise<PlatformUnavailable> {
  const thrown = await work.catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(PlatformUnavailable);
  return thrown as PlatformUnavailable;
}

describe('an answer', () => {
  test('of any status is handed over, with its headers in lower case and the exact body sent', async () => {
    answer = (_, response) => void response.writeHead(429, { 'Retry-After': '2', 'X-Many': ['a', 'b'] }).end('{"slow":true}');
    const got = await transport().send(write());
    expect(got).toMatchObject({ status: 429, text: '{"slow":true}', headers: { 'retry-after': '2', 'x-many': 'a, b' } });
    expect(asked).toEqual([{ method: 'POST', url: '/write', body: '{"n":1}' }]);
  });

  test('that is a redirect is handed over and not followed', async () => {
    answer = (_, response) => void response.writeHead(302, { location: `${origin}/elsewhere` }).end();
    const got = await transport().send(write({ method: 'GET', url: `${origin}/start` }));
    expect(got.status).toBe(302);
    expect(asked.map(({ url }) => url)).toEqual(['/start']);
  });

  test('that is larger than the limit breaks off; it may have been applied', async () => {
    answer = (_, response) => void response.end('x'.repeat(5000));
    const thrown = await failure(transport().send(write({ limitBytes: 1000 })));
    expect(thrown.mayHaveApplied).toBe(true);
    expect(thrown.message).toContain('larger than 1000 bytes');
    expect(await transport().send(write({ limitBytes: 5000 }))).toMatchObject({ status: 200 });
  });

  test('that breaks off may have been applied', async () => {
    answer = (request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      setTimeout(() => request.socket.destroy(), 20);
    };
    expect(await failure(transport().send(write()))).toMatchObject({ mayHaveApplied: true });
    expect(asked).toHaveLength(1);
  });

  test('that begins and then never goes on is given up', async () => {
    answer = (_, response) => void response.writeHead(200, { 'content-length': '100' }).write('half');
    expect(await failure(transport().send(write()))).toMatchObject({ mayHaveApplied: true });
  });
});

describe('no answer', () => {
  test('to a write in its time may mean that it was applied; it is not repeated', async () => {
    answer = () => undefined;
    expect(await failure(transport().send(write()))).toMatchObject({ mayHaveApplied: true });
    expect(asked).toHaveLength(1);
  });

  test('because the connection was cut after sending may mean that it was applied', async () => {
    answer = (request) => void request.socket.destroy();
    expect(await failure(transport().send(write()))).toMatchObject({ mayHaveApplied: true });
    expect(asked).toHaveLength(1);
  });

  test('because nobody listens, or the name does not exist, means that nothing was applied', async () => {
    expect(await failure(transport().send(write({ url: 'http://127.0.0.1:1/' })))).toMatchObject({ mayHaveApplied: false });
    expect(await failure(transport().send(write({ url: 'http://no-such-host.invalid/' })))).toMatchObject({
      mayHaveApplied: false,
    });
  });

  test('to a reading is tried again, at most three times in all', async () => {
    let times = 0;
    answer = (request, response) => void (++times < 3 ? request.socket.destroy() : response.end('third'));
    expect(await transport().send(write({ method: 'GET' }))).toMatchObject({ text: 'third' });
    answer = (request) => void request.socket.destroy();
    asked = [];
    await failure(transport().send(write({ method: 'GET' })));
    expect(asked).toHaveLength(3);
  });

  test('a repeatable write whose first try may have been applied stays so, however the last one ends', async () => {
    let times = 0;
    answer = (request) => {
      times++;
      request.socket.destroy();
      // From now on nobody listens.
      pacing.gone = true;
    };
    const pacing = {
      gone: false,
      take: async () => ({ waitMs: 0, sending: () => 0, ended: () => undefined, giveBack: async () => undefined }),
      room: async () => 0,
      learn: async () => undefined,
    };
    const target = write({ repeatable: true });
    const moving = { ...target };
    Object.defineProperty(moving, 'url', { get: () => (pacing.gone ? 'http://127.0.0.1:1/' : target.url) });
    expect(await failure(transport({ pacing }).send(moving))).toMatchObject({ mayHaveApplied: true });
    expect(times).toBe(1);
  });

  test('a repeatable write whose second try the pacing does not let out may have been applied by the first', async () => {
    answer = (request) => void request.socket.destroy();
    let taken = 0;
    const sending = () => {
      if (++taken > 1) throw new RateLimited(3);
      return 0;
    };
    const take = async () => ({ waitMs: 0, sending, ended: () => undefined, giveBack: async () => undefined });
    const thrown = await failure(
      transport({ pacing: { room: async () => 0, take, learn: async () => undefined } }).send(write({ repeatable: true })),
    );
    expect(thrown).toMatchObject({ name: 'PlatformUnavailable', mayHaveApplied: true });
    expect(asked).toHaveLength(1);
  });

  test('an answer to a second try says that the first may have been applied', async () => {
    let times = 0;
    answer = (request, response) => void (++times < 2 ? request.socket.destroy() : response.end('second'));
    expect(await transport().send(write({ repeatable: true }))).toMatchObject({ text: 'second', afterLostTry: true });
    expect(await transport().send(write({ repeatable: true }))).not.toHaveProperty('afterLostTry');
  });

  test('stopped between two tries, a repeatable write that may have been applied stays so', async () => {
    const stop = new AbortController();
    answer = (request) => {
      request.socket.destroy();
      setTimeout(() => stop.abort(), 5);
    };
    expect(await failure(transport({ signal: stop.signal }).send(write({ repeatable: true })))).toMatchObject({
      mayHaveApplied: true,
    });
  });
});

describe('stopping and pacing', () => {
  const pacingOf = (waitMs: number, confirm = async () => {}) => {
    const taken: [string, number][] = [];
    const given: [string, number][] = [];
    const settled: [string, number][] = [];
    const pacing: Pacing = {
      take: async (bucket, cost) => {
        taken.push([bucket, cost]);
        return {
          waitMs,
          confirm,
          sending: () => 0,
          ended: () => void settled.push([bucket, cost]),
          giveBack: async () => void given.push([bucket, cost]),
        };
      },
      room: async () => 0,
      learn: async () => undefined,
    };
    return { pacing, taken, given, settled };
  };

  test('every try pays its cost, and is said to have ended', async () => {
    const { pacing, taken, settled } = pacingOf(0);
    let times = 0;
    answer = (request, response) => void (++times < 2 ? request.socket.destroy() : response.end());
    await transport({ pacing }).send(write({ method: 'GET', cost: 7 }));
    expect(taken).toEqual([
      ['api', 7],
      ['api', 7],
    ]);
    expect(settled).toEqual(taken);
  });

  test('stopped while it waits for its turn, nothing was sent', async () => {
    const stop = new AbortController();
    const { pacing } = pacingOf(5000);
    setTimeout(() => stop.abort(), 20);
    expect(await failure(transport({ pacing, signal: stop.signal }).send(write()))).toMatchObject({ mayHaveApplied: false });
    expect(asked).toEqual([]);
  });

  test('stopped while it is under way, it may have been applied', async () => {
    const stop = new AbortController();
    answer = () => void stop.abort();
    expect(await failure(transport({ signal: stop.signal }).send(write()))).toMatchObject({ mayHaveApplied: true });
  });

  describe('a patient call', () => {
    /** A wire on which time passes at once: what is done, in order, with the seconds that it takes. */
    const done: string[] = [];
    const quickly = (room: () => number, options: { signal?: AbortSignal } = {}) => {
      done.length = 0;
      const { pacing } = pacingOf(0);
      const { take } = pacing;
      return makeTransport({
        ...options,
        now: Date.now,
        onLearnFailed: () => undefined,
        pacing: {
          ...pacing,
          room: async () => room(),
          take: (bucket, cost) => {
            done.push('take');
            return take(bucket, cost);
          },
        },
        wire: {
          ...wire,
          rest: async (milliseconds) => void done.push(`rest ${milliseconds / 1000} s`),
          open: async () => {
            done.push('send');
            return { status: 200, headers: {}, body: Readable.from([]) };
          },
        },
      });
    };

    test('takes its place when the others have room beside it', async () => {
      const rooms = [4000, 1500, 0];
      await patiently(quickly(() => present(rooms.shift(), 'a look'))).send(write());
      expect(done).toEqual(['rest 4 s', 'rest 1.5 s', 'take', 'send']);
    });

    test('lets others go first for so long and no longer', async () => {
      await patiently(quickly(() => 9000)).send(write());
      expect(done).toEqual(['rest 9 s', 'rest 9 s', 'rest 2 s', 'take', 'send']);
    });

    test('that is an export does so too', async () => {
      const rooms = [500, 0];
      await patiently(quickly(() => present(rooms.shift(), 'a look'))).stream(write());
      expect(done).toEqual(['rest 0.5 s', 'take', 'send']);
    });

    test('stopped meanwhile, is not sent', async () => {
      const stop = new AbortController();
      const room = () => {
        stop.abort();
        return 1000;
      };
      const thrown = await failure(patiently(quickly(room, { signal: stop.signal })).send(write()));
      expect(thrown).toMatchObject({ mayHaveApplied: false });
      expect(done).toEqual([]);
    });

    test('is no other than the calls that nobody told to wait', async () => {
      await quickly(() => 9000).send(write());
      expect(done).toEqual(['take', 'send']);
    });
  });

  test('of a store that is no longer ours nothing is asked, and the place is given back', async () => {
    const { pacing, given } = pacingOf(1, async () => {
      throw new Error('somebody else has it');
    });
    await expect(transport({ pacing }).send(write())).rejects.toThrow('somebody else has it');
    expect([given, asked]).toEqual([[['api', 1]], []]);
  });

  test('a turn that would come in more than half a minute is not waited for', async () => {
    const { pacing, given } = pacingOf(31_000);
    await expect(transport({ pacing }).send(write({ cost: 3 }))).rejects.toMatchObject({
      name: 'RateLimited',
      retryAfterSeconds: 1,
    });
    expect(given).toEqual([['api', 3]]);
    expect(asked).toEqual([]);
  });
});

describe('the guard', () => {
  test('stands before every request', async () => {
    const guarded = makeTransport({
      wire: openSockets(false),
      pacing: null,
      now: Date.now,
      onLearnFailed: () => undefined,
    });
    await expect(guarded.send(write())).rejects.toThrow(HostNotAllowed);
    await expect(guarded.stream(write({ url: 'https://[::127.0.0.1]/' }))).rejects.toThrow(HostNotAllowed);
    await expect(guarded.send(write({ url: `https://localhost:${new URL(origin).port}/` }))).rejects.toThrow(HostNotAllowed);
    expect(asked).toEqual([]);
  });
});

describe('a stream', () => {
  const collect = async (stream: AsyncIterable<Uint8Array>) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };

  test('comes whole', async () => {
    answer = (_, response) => void response.end('a'.repeat(100_000));
    expect(await collect(await transport().stream(write({ method: 'GET' })))).toHaveLength(100_000);
  });

  test('that breaks off is the failure of the platform, not ours', async () => {
    answer = (request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      setTimeout(() => request.socket.destroy(), 20);
    };
    expect(
      (
        await failure(
          transport()
            .stream(write({ method: 'GET' }))
            .then(collect),
        )
      ).message,
    ).toContain('broke off');
  });

  test('comes whole to a slow reader, though the host closes the connection long before', async () => {
    const piece = 'a'.repeat(65_536);
    answer = async (request, response) => {
      response.writeHead(200, { 'content-length': String(5 * piece.length) });
      for (let sent = 0; sent < 5; sent++) await new Promise((resolve) => response.write(piece, resolve));
      response.end(() => request.socket.end());
    };
    let length = 0;
    for await (const chunk of await transport().stream(write({ method: 'GET' }))) {
      length += chunk.length;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(length).toBe(5 * piece.length);
  });

  test('with an error status is none', async () => {
    answer = (_, response) => void response.writeHead(403).end('no');
    expect(await failure(transport().stream(write({ method: 'GET' })))).toMatchObject({
      mayHaveApplied: false,
      answer: { status: 403, body: 'no' },
    });
  });
});
