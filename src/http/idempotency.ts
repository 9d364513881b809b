/**
 * `Idempotency-Key` on writes (draft-ietf-httpapi-idempotency-key-header): the first answer is kept for a day and given
 * again to the same request; the same key with another request is refused; a second one while the first is running too.
 *
 *   free --claim--> running --answer below 500--> answered (a day) --> free
 *                   running --5xx, throttled----> free: the caller may try again
 *                   running --process died------> free after `runningAtMostSeconds`
 */
import { createHash } from 'node:crypto';
import { and, eq, lt, sql } from 'drizzle-orm';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { secondsAfter } from '#base/clock.ts';
import { AppError } from '#base/errors.ts';
import { changes } from '#http/access.ts';
import { idempotencyKeys } from '#organizations/organizations-tables.ts';
import type { Hub } from '#stores/hub.ts';

const runningAtMostSeconds = 300;
const keptSeconds = 86_400;
const answerBytesAtMost = 1_000_000;

interface Claim {
  organizationId: string;
  key: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    claim: Claim | null;
  }
}

/** Fastify's `preHandler` hook: runs after validation, so that a mistyped request does not use its key up. */
export async function claimKey(hub: Hub, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const key = request.headers['idempotency-key'];
  if (
    key === undefined ||
    request.caller === null ||
    !changes(request.method) ||
    request.routeOptions.config.idempotent === false
  )
    return;
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(key)) {
    throw new AppError('invalid_input', 'An Idempotency-Key has 1 to 200 printable characters without blanks, such as a UUID.');
  }
  const { organizationId } = request.caller.actor;
  const fingerprint = fingerprintOf(request);
  const now = hub.clock.now();
  const found = await hub.db.inOrganization(organizationId, async (tx) => {
    const running = { fingerprint, status: null, body: null, createdAt: now, expiresAt: secondsAfter(now, runningAtMostSeconds) };
    const claimed = await tx
      .insert(idempotencyKeys)
      .values({ organizationId, key, ...running })
      .onConflictDoUpdate({
        target: [idempotencyKeys.organizationId, idempotencyKeys.key],
        set: running,
        setWhere: lt(idempotencyKeys.expiresAt, now),
      })
      .returning({ key: idempotencyKeys.key });
    if (claimed.length > 0) return null;
    const [kept] = await tx
      .select()
      .from(idempotencyKeys)
      .where(and(eq(idempotencyKeys.organizationId, organizationId), eq(idempotencyKeys.key, key)));
    return kept ?? null;
  });
  if (found === null) {
    request.claim = { organizationId, key };
    return;
  }
  if (found.fingerprint !== fingerprint) {
    throw new AppError(
      'idempotency_mismatch',
      'This Idempotency-Key was used for another request. Use a new key for every new request.',
    );
  }
  if (found.status === null) {
    throw new AppError('idempotency_in_progress', 'The same request is still running. Ask again in a few seconds.');
  }
  const type = found.status >= 400 ? 'application/problem+json' : 'application/json';
  return reply.header('idempotency-replayed', 'true').code(found.status).type(type).serializer(JSON.stringify).send(found.body);
}

/** Fastify's `onSend` hook: keeps the answer of a request that holds a key. */
export async function keepAnswer(hub: Hub, request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<void> {
  const claim = request.claim;
  if (claim === null) return;
  request.claim = null;
  const status = reply.statusCode;
  const body = typeof payload === 'string' && payload.length <= answerBytesAtMost ? parsed(payload) : undefined;
  const own = and(eq(idempotencyKeys.organizationId, claim.organizationId), eq(idempotencyKeys.key, claim.key));
  await hub.db.inOrganization(claim.organizationId, async (tx) => {
    if (status >= 500 || status === 429 || body === undefined) {
      await tx.delete(idempotencyKeys).where(own);
      return;
    }
    const expiresAt = secondsAfter(hub.clock.now(), keptSeconds);
    await tx
      .update(idempotencyKeys)
      .set({ status, body: sql`${JSON.stringify(body)}::jsonb`, expiresAt })
      .where(own);
  });
}

/** Who asked for what: another person's key, another address or another body is another request. */
function fingerprintOf(request: FastifyRequest): string {
  const hash = createHash('sha256').update(`${request.caller?.actor.userId}\n${request.method}\n${request.url}\n`);
  hash.update(request.body === undefined ? '' : typeof request.body === 'string' ? request.body : JSON.stringify(request.body));
  return hash.digest('base64url');
}

function parsed(text: string): unknown {
  try {
    return text === '' ? null : (JSON.parse(text) as unknown);
  } catch {
    // Not JSON (a file): the answer is given once and not kept.
    return undefined;
  }
}
