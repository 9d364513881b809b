/** The wire to practice stores within this process, by the world's clock: no sockets, and nothing that takes time of its own. */
import { present } from '#base/assert.ts';
import { messageOf } from '#base/errors.ts';
import { PlatformUnavailable } from '#connectors/errors.ts';
import type { HttpRequest } from '#connectors/http.ts';
import type { PracticeShop } from '#connectors/practice.ts';
import { defaultTimeoutSeconds } from '#connectors/sockets.ts';
import type { Wire } from '#connectors/transport.ts';
import type { Random } from '#test/simulation/random.ts';
import type { VirtualTime } from '#test/simulation/virtual-time.ts';

/** A store that is called, and the chance by which its calls take long. */
export interface Called {
  practice: PracticeShop;
  random: Random;
}

/** Told of a call when it leaves, and when it is there. */
export type Observer = (moment: 'sent' | 'arrived') => void;

/** Each way takes 15 to 60 ms: enough for the world to change between sending, applying and answering. */
export function inProcess(time: VirtualTime, calledAt: (origin: string) => Called | undefined, observe: Observer): Wire {
  const wayTakes = (random: Random) => time.pass(0.015 + random.next() * 0.045);

  async function answered({ practice }: Called, request: HttpRequest): Promise<Response> {
    const gone = new AbortController();
    const late = Symbol('late');
    let onTime: (value: typeof late) => void = () => {};
    const timeout = new Promise<typeof late>((resolve) => {
      onTime = resolve;
    });
    const callOff = time.at(time.milliseconds() + (request.timeoutSeconds ?? defaultTimeoutSeconds) * 1000, () => onTime(late));
    const init = {
      method: request.method,
      headers: { ...request.headers },
      signal: gone.signal,
      ...(request.body === undefined ? {} : { body: request.body }),
    };
    try {
      // Somebody waits: without it a connection that hangs would hang while the clock stands still.
      const answer = await time.waitedFor(Promise.race([practice.handle(new Request(request.url, init)), timeout]));
      if (answer === late) throw new Error('timed out');
      return answer;
    } catch (thrown) {
      throw new PlatformUnavailable(`No answer: ${messageOf(thrown)}`, { mayHaveApplied: true, cause: thrown });
    } finally {
      callOff();
      gone.abort();
    }
  }

  return {
    async open(request) {
      const called = present(calledAt(new URL(request.url).origin), `a practice store at ${request.url}`);
      observe('sent');
      await wayTakes(called.random);
      observe('arrived');
      const answer = await answered(called, request);
      await wayTakes(called.random);
      return { status: answer.status, headers: Object.fromEntries(answer.headers), body: bytesOf(answer) };
    },
    keep: async (body) => body,
    rest: (milliseconds) => time.pass(milliseconds / 1000),
  };
}

async function* bytesOf(answer: Response): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(await answer.arrayBuffer());
}
