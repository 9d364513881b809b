/**
 * What a platform's errors do to the store as a whole: throttling pauses it for as long as asked, silence backs off and opens
 * the breaker, an expired token is renewed, and what only the seller can mend is said to the seller.
 */
import { secondsAfter } from '#base/clock.ts';
import { AppError, messageOf } from '#base/errors.ts';
import type { Credentials } from '#connectors/connector.ts';
import {
  CredentialsExpired,
  isPlatformError,
  MalformedResponse,
  PlatformUnavailable,
  RateLimited,
  Refused,
  TooLate,
} from '#connectors/errors.ts';
import { refusalSentence } from '#listings/refusal-sentence.ts';
import { renewCredentials } from '#stores/session.ts';
import { changeStoreRow } from '#stores/stores-store.ts';
import { noteSlowness } from '#sync/note-slowness.ts';
import { withoutValues } from '#sync/shape-of.ts';
import { writeSyncLogs } from '#sync/sync-logs.ts';
import type { Turn } from '#sync/turn.ts';

/** Failures in a row after which the store rests, and then is tried with one probe. */
const breakerOpensAfter = 5;
const longestRestSeconds = 300;
/** One lost answer is none; a store that does not answer so often takes changes late. */
const slowAfterFailures = 3;
/** A store that refuses everything is asked again at least so often. */
const longestProbeSeconds = 900;

/** The last thing heard of a store whose access was renewed; whatever it answers properly takes it away. */
const renewed = 'credentials_renewed';
/**
 * Fresh access that is refused at once may not be known everywhere at the platform yet, or somebody else has renewed it
 * meanwhile. So it is renewed again after these seconds, and only then the seller is asked.
 */
const renewalRests = [0, 10, 60];

/** The platform refuses whatever is asked of this store; a probe ends it. */
const storeRefused = 'store_refused';

/**
 * `used` are the session's credentials from before the failed call was made: another call may have renewed them since.
 * Returns the moment before which nothing more is sent to this store; null when it is only this call's matter.
 */
export async function noteFailure(turn: Turn, thrown: unknown, used: Credentials): Promise<Date | null> {
  const now = turn.hub.clock.now();
  // Cut or not sent by ourselves: it says nothing about the platform.
  if (turn.session.signal?.aborted === true || thrown instanceof TooLate) return null;
  if (thrown instanceof RateLimited) return await slowDown(turn, secondsAfter(now, thrown.retryAfterSeconds));
  if (thrown instanceof CredentialsExpired) return await renewOrStop(turn, thrown, used);
  const refusal = refusalOfStore(thrown);
  if (refusal !== null) return await restRefused(turn, refusal);
  if (thrown instanceof PlatformUnavailable) {
    // Calls that fail side by side are one failure.
    if (turn.pauseUntil !== null && turn.pauseUntil > now) return turn.pauseUntil;
    turn.store.consecutiveFailures++;
    const failures = turn.store.consecutiveFailures;
    const restSeconds =
      failures >= breakerOpensAfter ? Math.min(longestRestSeconds, 5 * 2 ** (failures - breakerOpensAfter)) : 0.5 * 2 ** failures;
    const until = pause(turn, secondsAfter(now, restSeconds * (0.75 + Math.random() / 2)));
    if (failures >= slowAfterFailures) await noteSlowness(turn, 'not_answering', until);
    await saveError(
      turn,
      'platform_unavailable',
      `${turn.store.name} does not answer. It is tried again by itself; nothing is lost.`,
      thrown,
      { consecutiveFailures: failures, blockedUntil: until },
    );
    return until;
  }
  if (thrown instanceof MalformedResponse) {
    const until = pause(turn, secondsAfter(now, 30));
    await saveError(
      turn,
      'platform_refused',
      `${turn.store.name} gave an answer that StoreSync does not understand.`,
      thrown,
      {},
    );
    return until;
  }
  return null;
}

/** A connector may say the same as an outage of the call, with the refusal as its cause. */
function refusalOfStore(thrown: unknown): Refused | null {
  const said = thrown instanceof PlatformUnavailable ? thrown.cause : thrown;
  return said instanceof Refused && said.wholeStore ? said : null;
}

/**
 * The platform refuses everything of this store. What was to be sent is not refused for that: it waits, and a store that
 * has been settled goes on by itself, after a probe (see probeRefusedStore).
 */
async function restRefused(turn: Turn, thrown: Refused): Promise<Date> {
  const now = turn.hub.clock.now();
  if (turn.pauseUntil !== null && turn.pauseUntil > now) return turn.pauseUntil;
  turn.store.consecutiveFailures++;
  const restSeconds = Math.min(longestProbeSeconds, 60 * 2 ** (turn.store.consecutiveFailures - 1));
  const until = pause(turn, secondsAfter(now, restSeconds));
  await saveError(turn, storeRefused, refusalSentence(turn.hub.connectors, turn.store.platform, thrown.refusal), thrown, {
    consecutiveFailures: turn.store.consecutiveFailures,
    blockedUntil: until,
    statusReason: thrown.refusal.code,
  });
  return until;
}

/** One harmless call to a store that has refused everything; when it answers, all goes on. */
export async function probeRefusedStore(turn: Turn): Promise<void> {
  if (turn.store.lastErrorCode !== storeRefused) return;
  const used = turn.session.credentials;
  try {
    await turn.connector.auth.identify(turn.session);
    await noteSuccess(turn);
  } catch (thrown) {
    if (!isPlatformError(thrown)) throw thrown;
    const until = await noteFailure(turn, thrown, used);
    pause(turn, until ?? secondsAfter(turn.hub.clock.now(), 60));
  }
}

export async function noteSuccess(turn: Turn): Promise<void> {
  if (turn.store.consecutiveFailures === 0 && turn.store.lastErrorCode === null) return;
  // An answer that was on its way when the store began to refuse everything.
  if (turn.store.lastErrorCode === storeRefused && turn.pauseUntil !== null) return;
  const refused = turn.store.lastErrorCode === storeRefused;
  turn.store.consecutiveFailures = 0;
  turn.store.lastErrorCode = null;
  await turn.hub.db.inOrganization(turn.lease.organizationId, (tx) =>
    changeStoreRow(tx, turn.store.id, {
      consecutiveFailures: 0,
      ...(refused ? { statusReason: null } : {}),
      // An answer that was on its way does not end a pause that the platform has asked for meanwhile.
      ...(turn.pauseUntil === null ? { blockedUntil: null } : {}),
      lastErrorCode: null,
      lastErrorMessage: null,
      lastErrorAt: null,
    }),
  );
  turn.hub.announce(turn.lease.organizationId, { kind: 'store', ids: [turn.store.id] });
}

function pause(turn: Turn, until: Date): Date {
  if (turn.pauseUntil === null || turn.pauseUntil < until) turn.pauseUntil = until;
  return turn.pauseUntil;
}

/** Kept in the row, so that a wake-up does not begin another turn before the time. */
async function slowDown(turn: Turn, until: Date): Promise<Date> {
  if (turn.pauseUntil !== null && turn.pauseUntil >= until) return turn.pauseUntil;
  // Before anything is written down: calls side by side must not begin while the database answers.
  pause(turn, until);
  await turn.hub.db.inOrganization(turn.lease.organizationId, (tx) => changeStoreRow(tx, turn.store.id, { blockedUntil: until }));
  await noteSlowness(turn, 'throttled', until);
  return until;
}

async function renewOrStop(turn: Turn, thrown: CredentialsExpired, used: Credentials): Promise<Date> {
  const now = turn.hub.clock.now();
  // Another call of this turn has renewed it since this one was sent.
  if (used !== turn.session.credentials) return pause(turn, now);
  pause(turn, now);
  try {
    const renewals = turn.store.lastErrorCode === renewed ? turn.store.consecutiveFailures : 0;
    const rest = renewalRests[renewals];
    if (rest === undefined) throw thrown;
    turn.session.credentials = await renewCredentials(turn.hub, turn.lease.organizationId, turn.store.id, used);
    turn.store.consecutiveFailures = renewals + 1;
    const until = pause(turn, secondsAfter(now, rest));
    await saveError(turn, renewed, `${turn.store.name} no longer accepted our access. It was renewed by itself.`, thrown, {
      consecutiveFailures: turn.store.consecutiveFailures,
      ...(rest === 0 ? {} : { blockedUntil: until }),
    });
    return until;
  } catch (failed) {
    if (onlySellerMends(failed)) {
      await stopStore(turn, failed);
      return pause(turn, secondsAfter(now, 3600));
    }
    if (isPlatformError(failed)) return pause(turn, secondsAfter(now, 10));
    // Our own trouble, such as a database that was restarted, says nothing about the access.
    throw failed;
  }
}

/** The platform does not renew our access, or what we keep of it cannot be opened. */
export const onlySellerMends = (thrown: unknown): thrown is CredentialsExpired | AppError =>
  thrown instanceof CredentialsExpired || (thrown instanceof AppError && thrown.code === 'needs_reconnect');

/** `thrown`: null when the platform has told us that our access is over. */
export async function stopStore(turn: Turn, thrown: CredentialsExpired | AppError | null): Promise<void> {
  const sentence =
    thrown instanceof AppError
      ? thrown.message
      : `${turn.store.name} ${thrown === null ? 'has ended' : 'no longer accepts'} our access. Connect it again under Integrations; its listings, links and history are kept.`;
  turn.store.status = 'needs_reconnect';
  await saveError(turn, 'needs_reconnect', sentence, thrown, { status: 'needs_reconnect', statusReason: 'credentials' });
}

async function saveError(
  turn: Turn,
  code: string,
  sentence: string,
  thrown: unknown,
  change: Parameters<typeof changeStoreRow>[2],
): Promise<void> {
  const now = turn.hub.clock.now();
  const firstOfItsKind = turn.store.lastErrorCode !== code;
  turn.store.lastErrorCode = code;
  await turn.hub.db.inOrganization(turn.lease.organizationId, async (tx) => {
    await changeStoreRow(tx, turn.store.id, { ...change, lastErrorCode: code, lastErrorMessage: sentence, lastErrorAt: now });
    const said = isPlatformError(thrown) ? thrown.answer : {};
    const answer = thrown instanceof MalformedResponse ? withoutValues(said) : said;
    const level = code === 'needs_reconnect' || code === storeRefused ? 'error' : 'warning';
    const line = {
      jobId: null,
      storeId: turn.store.id,
      listingId: null,
      level,
      event: code,
      message: sentence,
      details: { cause: messageOf(thrown), answer },
    } as const;
    if (firstOfItsKind) await writeSyncLogs(tx, [line], now);
  });
  turn.hub.announce(turn.lease.organizationId, { kind: 'store', ids: [turn.store.id] });
}
