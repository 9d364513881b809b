/** Calls that rest on what grows old: sent in time, or not at all. The wire takes no time; what lies before it does. */
import { describe, expect, test } from 'vitest';
import { PlatformUnavailable } from '#connectors/errors.ts';
import { type HttpRequest, inTime, type Transport } from '#connectors/http.ts';
import { type Answer, makeTransport, type Pacing } from '#connectors/transport.ts';

const beganAt = 1_000_000;

interface Limited {
  http: Transport;
  /** Addresses, as they were called. */
  sent: string[];
  taken: [string, number][];
  given: [string, number][];
}

/** Under a limit that makes everybody wait for so long. `answer` throws where nobody answers. */
function under(waitMs: number, answer: () => void = () => undefined): Limited {
  const [sent, taken, given]: [string[], Limited['taken'], Limited['given']] = [[], [], []];
  let now = beganAt;
  const pacing: Pacing = {
    async take(bucket, cost) {
      taken.push([bucket, cost]);
      return { waitMs, sending: () => 0, ended: () => undefined, giveBack: async () => void given.push([bucket, cost]) };
    },
    room: async () => 0,
    learn: async () => undefined,
  };
  const http = makeTransport({
    pacing,
    now: () => now,
    onLearnFailed: () => undefined,
    wire: {
      async open({ url }): Promise<Answer> {
        sent.push(url);
        now += 5000;
        answer();
        return { status: 200, headers: {}, body: noBytes() };
      },
      keep: async (body) => body,
      async rest(milliseconds) {
        now += milliseconds;
      },
    },
  });
  return { http, sent, taken, given };
}

async function* noBytes(): AsyncGenerator<Uint8Array> {}

const write: HttpRequest = { method: 'POST', url: 'https://shop.example/write', bucket: 'api', cost: 3 };
const until = ({ http }: Limited, seconds: number): Transport => inTime(http, beganAt + seconds * 1000);

describe('a call that must be sent in time', () => {
  test('is sent up to that moment', async () => {
    const limited = under(2000);
    await expect(until(limited, 2).send(write)).resolves.toMatchObject({ status: 200 });
    expect(limited.sent).toHaveLength(1);
  });

  test('is not sent later, and takes no place', async () => {
    const limited = under(0);
    await expect(until(limited, -0.5).send(write)).rejects.toMatchObject({ name: 'TooLate', retryAfterSeconds: 0 });
    await expect(until(limited, -0.5).stream(write)).rejects.toMatchObject({ name: 'TooLate' });
    expect(limited).toMatchObject({ sent: [], taken: [] });
  });

  test('does not wait for a place that comes later, gives it back, and says how much later', async () => {
    const limited = under(20_000);
    await expect(until(limited, 8).send(write)).rejects.toMatchObject({ name: 'TooLate', retryAfterSeconds: 12 });
    expect(limited).toMatchObject({ sent: [], given: [['api', 3]] });
  });

  test('that may have been applied by an earlier try, may be so still', async () => {
    const limited = under(0, () => {
      throw new PlatformUnavailable('no answer', { mayHaveApplied: true });
    });
    const ended = until(limited, 1).send({ ...write, repeatable: true });
    await expect(ended).rejects.toMatchObject({ name: 'PlatformUnavailable', mayHaveApplied: true });
    expect(limited.sent).toHaveLength(1);
  });
});
