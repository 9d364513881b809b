/**
 * What a platform's errors do to the store as a whole: throttling pauses it for as long as asked, silence backs off and opens
 * the breaker, an expired token is renewed once, and what only the seller can mend is said to the seller.
 */
import { secondsAfter } from '#base/clock.ts';
import { AppError, messageOf } from '#base/errors.ts';
import { CredentialsExpired, isPlatformError, MalformedResponse, PlatformUnavailable, RateLimited } from '#connectors/errors.ts';
import { renewCredentials } from '#stores/session.ts';
import { changeStoreRow } from '#stores/stores-store.ts';
import { writeSyncLogs } from '#sync/sync-logs.ts';
import type { Turn } from '#sync/turn.ts';

/** Failures in a row after which the store rests, and then is tried with one probe. */
const breakerOpensAfter = 5;
const longestRestSeconds = 300;

/** Returns the moment before which nothing more is sent to this store; null when it is only this call's matter. */
export async function noteFailure(turn: Turn, thrown: unknown): Promise<Date | null> {
  const now = turn.hub.clock.now();
  if (thrown instanceof RateLimited) return pause(turn, secondsAfter(now, thrown.retryAfterSeconds));
  if (thrown instanceof CredentialsExpired) return await renewOrStop(turn, thrown);
  if (thrown instanceof PlatformUnavailable) {
    turn.store.consecutiveFailures++;
    const failures = turn.store.consecutiveFailures;
    const restSeconds = failures >= breakerOpensAfter ? Math.min(longestRestSeconds, 5 * 2 ** (failures - breakerOpensAfter)) : 0.5 * 2 ** failures;
    const until = secondsAfter(now, restSeconds * (0.75 + Math.random() / 2));
    await saveError(turn, 'platform_unavailable', `${turn.store.name} does not answer. It is tried again by itself; nothing is lost.`, thrown, { consecutiveFailures: failures, blockedUntil: until });
    return pause(turn, until);
  }
  if (thrown instanceof MalformedResponse) {
    await saveError(turn, 'platform_refused', `${turn.store.name} gave an answer that StoreSync does not understand.`, thrown, {});
    return pause(turn, secondsAfter(now, 30));
  }
  return null;
}

export async function noteSuccess(turn: Turn): Promise<void> {
  if (turn.store.consecutiveFailures === 0 && turn.store.lastErrorCode === null) return;
  turn.store.consecutiveFailures = 0;
  turn.store.lastErrorCode = null;
  await turn.hub.db.inOrganization(turn.lease.organizationId, (tx) =>
    changeStoreRow(tx, turn.store.id, { consecutiveFailures: 0, blockedUntil: null, lastErrorCode: null, lastErrorMessage: null, lastErrorAt: null }),
  );
  turn.hub.announce(turn.lease.organizationId, { kind: 'store', ids: [turn.store.id] });
}

function pause(turn: Turn, until: Date): Date {
  if (turn.pauseUntil === null || turn.pauseUntil < until) turn.pauseUntil = until;
  return turn.pauseUntil;
}

async function renewOrStop(turn: Turn, thrown: CredentialsExpired): Promise<Date> {
  const now = turn.hub.clock.now();
  try {
    turn.session.credentials = await renewCredentials(turn.hub, turn.lease.organizationId, turn.store.id, null, turn.session.credentials);
    return pause(turn, now);
  } catch (failed) {
    if (isPlatformError(failed) && !(failed instanceof CredentialsExpired)) return pause(turn, secondsAfter(now, 10));
    const lostKey = failed instanceof AppError && failed.code === 'needs_reconnect';
    const sentence = lostKey ? failed.message : `${turn.store.name} no longer accepts our access. Connect it again under Integrations; its listings, links and history are kept.`;
    await stopStore(turn, sentence, isPlatformError(failed) ? failed : thrown);
    return pause(turn, secondsAfter(now, 3600));
  }
}

export async function stopStore(turn: Turn, sentence: string, thrown: unknown): Promise<void> {
  turn.store.status = 'needs_reconnect';
  await saveError(turn, 'needs_reconnect', sentence, thrown, { status: 'needs_reconnect', statusReason: 'credentials' });
}

async function saveError(turn: Turn, code: string, sentence: string, thrown: unknown, change: Parameters<typeof changeStoreRow>[2]): Promise<void> {
  const now = turn.hub.clock.now();
  const firstOfItsKind = turn.store.lastErrorCode !== code;
  turn.store.lastErrorCode = code;
  await turn.hub.db.inOrganization(turn.lease.organizationId, async (tx) => {
    await changeStoreRow(tx, turn.store.id, { ...change, lastErrorCode: code, lastErrorMessage: sentence, lastErrorAt: now });
    const answer = isPlatformError(thrown) ? thrown.answer : {};
    const level = code === 'needs_reconnect' ? 'error' : 'warning';
    const line = { jobId: null, storeId: turn.store.id, listingId: null, level, event: code, message: sentence, details: { cause: messageOf(thrown), answer } } as const;
    if (firstOfItsKind) await writeSyncLogs(tx, [line], now);
  });
  turn.hub.announce(turn.lease.organizationId, { kind: 'store', ids: [turn.store.id] });
}
