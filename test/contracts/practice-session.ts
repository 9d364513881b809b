/** A practice store over real HTTP with a recorder before its door, and the connector's side of a conversation with it, without the engine. */
import type { AppCredentials, AuthContext, Credentials, Session } from '#connectors/connector.ts';
import type { PracticeShop } from '#connectors/practice.ts';
import { hostPracticeShop } from '#connectors/practice-host.ts';
import { openSockets } from '#connectors/sockets.ts';
import { makeTransport } from '#connectors/transport.ts';
import type { Recorder } from '#test/contracts/record.ts';

export interface Counter<Shop extends PracticeShop> {
  shop: Shop;
  baseUrl: string;
  access: Record<string, string>;
  context: AuthContext;
  session(secrets: Record<string, string>): Session;
  /** The next `times` calls of this operation, or to this path, get this answer and do not reach the store. */
  answerNext(match: string, answer: () => Response, times?: number): void;
}

/** Opens a store, works with it, and closes it again. */
export async function atCounter<Shop extends PracticeShop>(
  recorder: Recorder,
  create: (baseUrl: string) => Shop,
  appOf: (access: Record<string, string>) => AppCredentials,
  work: (counter: Counter<Shop>) => Promise<void>,
): Promise<void> {
  const wire = openSockets(true);
  let made: Shop | undefined;
  const hosted = await hostPracticeShop((baseUrl) => {
    made = create(baseUrl);
    return recorder.around(made);
  });
  try {
    if (made === undefined) throw new Error('The practice store was not made');
    const { baseUrl } = hosted;
    const http = makeTransport({ wire, pacing: null, now: Date.now, onLearnFailed: () => undefined });
    const access = made.control.access();
    const context: AuthContext = { http, app: appOf(access), baseUrl, now: () => new Date() };
    await work({
      shop: made,
      baseUrl,
      access,
      context,
      session: (secrets) => ({ ...context, credentials: credentialsOf(secrets) }),
      answerNext: (match, answer, times) => recorder.answerNext(baseUrl, match, answer, times),
    });
  } finally {
    await hosted.close();
    await wire.close();
  }
}

const credentialsOf = (secrets: Record<string, string>): Credentials => ({ scheme: 'access_token', secrets, scopes: [] });

/** What was thrown, or an error of its own when nothing was. */
export async function thrownBy(work: Promise<unknown>): Promise<unknown> {
  let result: unknown;
  try {
    result = await work;
  } catch (thrown) {
    return thrown;
  }
  throw new Error(`Nothing was thrown: ${JSON.stringify(result)}`);
}

/** Name of the error, and of its refusal where it has one: "Refused shop_locked". */
export async function endOf(work: Promise<unknown>): Promise<string> {
  const thrown = await thrownBy(work);
  if (!(thrown instanceof Error)) return String(thrown);
  const { refusal } = thrown as { refusal?: { code: string } };
  if (thrown.constructor === Error) throw thrown;
  return refusal === undefined ? thrown.name : `${thrown.name} ${refusal.code}`;
}

/** Presses a button of a consent page: the query with which the browser comes back. */
export async function decide(authorizeUrl: string, decision: string): Promise<Record<string, string>> {
  const { origin, pathname, search } = new URL(authorizeUrl);
  const body = new URLSearchParams(search);
  body.set('decision', decision);
  const answer = await fetch(`${origin}${pathname}`, { method: 'POST', body, redirect: 'manual' });
  return Object.fromEntries(new URL(answer.headers.get('location') ?? '').searchParams);
}
