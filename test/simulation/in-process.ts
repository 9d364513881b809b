/**
 * Connectors that reach their practice store within this process, by the world's clock: the hub's own transport
 * (connectors/transport.ts) with its repeats, without sockets and without pacing.
 */
import { messageOf } from '#base/errors.ts';
import { storableJson } from '#base/storable-text.ts';
import type { Connector } from '#connectors/connector.ts';
import { PlatformUnavailable } from '#connectors/errors.ts';
import type { HttpRequest, HttpResponse, Transport } from '#connectors/http.ts';
import type { PracticeShop } from '#connectors/practice.ts';
import { withRepeats } from '#connectors/transport.ts';
import type { Random } from '#test/simulation/random.ts';
import type { VirtualTime } from '#test/simulation/virtual-time.ts';

const defaultTimeoutSeconds = 20;

/** `way` takes 15 to 60 ms each way: enough for the world to change between sending, applying and answering. */
export function inProcess(shop: PracticeShop, time: VirtualTime, random: Random): Transport {
  const wayTakes = () => time.pass(0.015 + random.next() * 0.045);

  async function answered(request: HttpRequest): Promise<Response> {
    await wayTakes();
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
      const answer = await time.waitedFor(Promise.race([shop.handle(new Request(request.url, init)), timeout]));
      if (answer === late) throw new Error('timed out');
      return answer;
    } catch (thrown) {
      throw new PlatformUnavailable(`No answer: ${messageOf(thrown)}`, { mayHaveApplied: true, cause: thrown });
    } finally {
      callOff();
      gone.abort();
    }
  }

  async function once(request: HttpRequest): Promise<HttpResponse> {
    const answer = await answered(request);
    let text: string;
    try {
      text = await answer.text();
    } catch (thrown) {
      const said = { answer: { status: answer.status }, cause: thrown };
      throw new PlatformUnavailable(`The answer broke off: ${messageOf(thrown)}`, { mayHaveApplied: true, ...said });
    }
    await wayTakes();
    return { status: answer.status, headers: Object.fromEntries(answer.headers), text: storableJson(text) };
  }

  return {
    send: (request) =>
      withRepeats(request, { once: () => once(request), rest: (seconds) => time.pass(seconds), stopped: () => false }),
    async stream(request) {
      const answer = await answered(request);
      if (answer.status >= 400)
        throw new PlatformUnavailable(`The platform answered ${answer.status}`, {
          mayHaveApplied: false,
          answer: { status: answer.status, body: (await answer.text()).slice(0, 2000) },
        });
      const body = new Uint8Array(await answer.arrayBuffer());
      return (async function* () {
        yield body;
      })();
    },
    learn: () => undefined,
  };
}

/** The connector with every conversation led through `http`. */
export const through = (connector: Connector, http: Transport): Connector => led(connector, http) as Connector;

function led(part: unknown, http: Transport): unknown {
  if (typeof part === 'function')
    return (...given: unknown[]) => part(...given.map((one) => (isConversation(one) ? { ...one, http } : one)));
  // The manifest and the messages hold no functions: they stay what they are.
  if (typeof part !== 'object' || part === null || !holdsFunctions(part)) return part;
  return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, led(value, http)]));
}

const isConversation = (one: unknown): one is object => typeof one === 'object' && one !== null && 'http' in one;

const holdsFunctions = (part: object): boolean =>
  Object.values(part).some(
    (value) => typeof value === 'function' || (typeof value === 'object' && value !== null && holdsFunctions(value)),
  );
