/**
 * Writing quantities. One call takes all of its quantities or none: as long as it answers with userErrors, nothing of it was
 * applied, and those that are not named as stale or refused are to be sent again, in a call of their own.
 *
 * Each call carries `changeFromQuantity` (compare-and-set; null opts out, absent is refused since 2026-04) and an
 * idempotency key made of its content: the same writes, in whatever order, make the same call under the same key, so a call
 * whose answer was lost may be repeated at once and is applied once.
 * https://shopify.dev/docs/api/admin-graphql/2026-10/mutations/inventorySetQuantities
 */
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { assert } from '#base/assert.ts';
import type { QuantityWrite, Session, WriteResult } from '#connectors/connector.ts';
import { isPlatformError, MalformedResponse, stillUnknown } from '#connectors/errors.ts';
import { ask } from '#connectors/shopify/client.ts';
import { documents } from '#connectors/shopify/documents.ts';
import { shopifyManifest } from '#connectors/shopify/manifest.ts';
import { answerOf, indexIn, quantityCodes, refusalOf } from '#connectors/shopify/refusals.ts';
import { answers, type UserError } from '#connectors/shopify/schema.ts';
import { wait } from '#connectors/shopify/wait.ts';

/** While the platform still works on the same call (our first attempt, whose answer was lost) it is asked again after these. */
const concurrentWaitsSeconds = [0.5, 1, 2];
/** A key whose earlier attempt failed is spent; so many fresh ones are tried. */
const freshKeysAtMost = 3;

/**
 * One call, so that its repetition tells what became of each of its writes: of a second one, with what the first was not
 * refused for, nobody would know any more after a crash. Throws the platform's errors; then nothing was applied, except as
 * PlatformUnavailable.mayHaveApplied leaves open.
 */
export async function pushQuantities(session: Session, writes: readonly QuantityWrite[]): Promise<WriteResult[]> {
  assert(writes.length <= shopifyManifest.limits.quantitiesPerCall, 'more quantities than the manifest allows');
  const results = writes.filter((write) => write.ref.listing.inventoryId === null).map(withoutItem);
  const sent = inOrder(writes.filter((write) => write.ref.listing.inventoryId !== null));
  if (sent.length === 0) return results;
  const errors = await setQuantities(session, sent);
  return [
    ...results,
    ...(errors.length === 0 ? sent.map(({ writeId }) => ({ writeId, outcome: 'applied' as const })) : judge(sent, errors)),
  ];
}

const withoutItem = ({ writeId }: QuantityWrite): WriteResult => ({
  writeId,
  outcome: 'refused',
  refusal: { code: 'item_gone', parameters: {} },
});

const inOrder = (writes: readonly QuantityWrite[]): QuantityWrite[] =>
  writes.toSorted((a, b) => (a.writeId < b.writeId ? -1 : a.writeId > b.writeId ? 1 : 0));

async function setQuantities(session: Session, writes: readonly QuantityWrite[]): Promise<UserError[]> {
  const quantities = writes.map(({ ref, quantity, replaces }) => ({
    inventoryItemId: ref.listing.inventoryId,
    locationId: ref.locationId,
    quantity,
    changeFromQuantity: replaces,
  }));
  let concurrent = 0;
  for (let attempt = 0; ; ) {
    const key = keyOf(writes, attempt);
    const input = { name: 'available', reason: 'correction', referenceDocumentUri: `gid://storesync/Push/${key}`, quantities };
    const { userErrors } = await answered(
      ask(session, documents.setQuantities, { input, key }, answers.setQuantities, { repeatable: true }),
      concurrent > 0,
    );
    const codes = new Set(userErrors.map((error) => error.code ?? ''));
    const pauseSeconds = concurrentWaitsSeconds[concurrent];
    if (codes.has(quantityCodes.concurrent) && pauseSeconds !== undefined) {
      concurrent++;
      await wait(pauseSeconds, session.signal);
    } else if (codes.has(quantityCodes.attemptFailed) && attempt < freshKeysAtMost) attempt++;
    else return userErrors;
  }
}

/** `underWay`: an earlier try of the call was being worked on when last heard of. */
async function answered(asked: Promise<z.infer<typeof answers.setQuantities>>, underWay: boolean) {
  try {
    return (await asked).inventorySetQuantities;
  } catch (thrown) {
    throw underWay && isPlatformError(thrown) ? stillUnknown(thrown) : thrown;
  }
}

/** A UUID of the call's whole content: a key can never come with other parameters than those it was first sent with. */
function keyOf(writes: readonly QuantityWrite[], attempt: number): string {
  const content = writes.map(({ writeId, ref, quantity, replaces }) => [
    writeId,
    ref.listing.inventoryId,
    ref.locationId,
    quantity,
    replaces,
  ]);
  const hex = createHash('sha256')
    .update(JSON.stringify([attempt, content]))
    .digest('hex');
  // Version 8, "custom", of RFC 9562.
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Without a named quantity, an error is that of all. */
function judge(writes: readonly QuantityWrite[], errors: readonly UserError[]): WriteResult[] {
  const [first] = errors;
  assert(first !== undefined, 'there is an error to judge');
  if (errors.some((error) => error.code === quantityCodes.keyMismatch)) {
    throw new MalformedResponse('An idempotency key came with other parameters than before', answerOf(first));
  }
  const named = new Map<string, UserError>();
  for (const error of errors) {
    const write = writes[indexIn(error) ?? -1];
    if (write !== undefined && !named.has(write.writeId)) named.set(write.writeId, error);
  }
  return writes.map(({ writeId }) => {
    const error = named.size > 0 ? named.get(writeId) : first;
    return error === undefined ? { writeId, outcome: 'not_taken' } : resultOf(writeId, error);
  });
}

function resultOf(writeId: string, error: UserError): WriteResult {
  if (error.code === quantityCodes.stale) return { writeId, outcome: 'stale' };
  // The same call is still being worked on: it may yet be applied. Nothing is wrong with the shop, so nothing is thrown.
  const pending = error.code === quantityCodes.concurrent || error.code === quantityCodes.attemptFailed;
  if (pending) return { writeId, outcome: 'unknown', answer: answerOf(error) };
  return { writeId, outcome: 'refused', refusal: refusalOf(error) };
}
