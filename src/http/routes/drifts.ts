import { z } from 'zod';
import { AppError } from '#base/errors.ts';
import { canonicalAmount } from '#base/money.ts';
import { actorOf } from '#http/access.ts';
import type { Api, RouteDeps } from '#http/app.ts';
import { answerPage, pageOf, pageQuery, readPage, searchText } from '#http/paging.ts';
import { idParams } from '#http/shapes.ts';
import { countWaitingDrifts, type ListedDrift, listDrifts } from '#listings/list-drifts.ts';
import { decideDifference } from '#sync/decide-adoptions.ts';

const field = z.enum(['quantity', 'price']);
const cause = z
  .enum(['edited', 'ignored', 'ours', 'missed_order', 'too_many'])
  .describe(
    'Edited there; our write was accepted and not kept; an older write of ours arrived late; a sale was told of too late; a store that owns the figure showed 0, or other prices, for too many listings at once',
  );
const drift = z.object({
  id: z.uuid(),
  storeId: z.uuid(),
  listingId: z.uuid(),
  variantId: z.uuid(),
  title: z.string(),
  variantTitle: z.string(),
  sku: z.string(),
  field,
  currency: z.string(),
  expected: z.string(),
  found: z.string(),
  cause,
  state: z.enum(['seen', 'waiting', 'put_back', 'taken_over', 'explained']),
  seenAt: z.date(),
  settledAt: z.date().nullable(),
  settledBy: z.string().nullable().describe('Null when the policy of the store has settled it'),
  imageUrl: z.string().nullable(),
  canDecide: z.boolean().describe('False: orders have explained it, a later one stands, or the link is another by now'),
});
const decision = z.enum(['put_back', 'take_over']);
const filter = {
  q: searchText,
  state: z.enum(['waiting', 'settled']).optional(),
  storeId: z.uuid().optional(),
  field: field.optional(),
  cause: cause.optional(),
};
const order = 'drifts';
const idsAtMost = 200;

/** What stores were found to show in place of ours, and a person's word on it. */
export function driftRoutes(app: Api, { hub }: RouteDeps): void {
  app.get(
    '/api/drifts',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['Drift'],
        summary: 'Figures that were found changed on a store, the latest first',
        querystring: pageQuery.extend(filter),
        response: {
          200: pageOf(drift).extend({ waiting: z.number().int().describe('How many wait for a person, whatever the filter') }),
        },
      },
    },
    async (request) => {
      const { query } = request;
      return await hub.db.inOrganization(actorOf(request).organizationId, async (tx) => {
        const page = await listDrifts(tx, query, readPage(query, order));
        return { ...answerPage({ ...page, items: page.items.map(show) }, order), waiting: await countWaitingDrifts(tx) };
      });
    },
  );
  app.post(
    '/api/drifts/:id/decide',
    {
      config: { access: 'member' },
      schema: {
        tags: ['Drift'],
        summary: 'Put ours back, or take over what the store shows',
        params: idParams,
        body: z.strictObject({ decision }),
        response: { 200: z.object({ decided: z.literal(1) }) },
      },
    },
    async (request) => {
      await decideDifference(hub, actorOf(request), request.params.id, request.body.decision);
      return { decided: 1 as const };
    },
  );
  app.post(
    '/api/drifts/decide',
    {
      config: { access: 'member' },
      schema: {
        tags: ['Drift'],
        summary: 'The same for many; each is decided by itself',
        body: z.strictObject({ ids: z.array(z.uuid()).min(1).max(idsAtMost), decision }),
        response: {
          200: z.object({ decided: z.number().int(), failed: z.array(z.object({ id: z.uuid(), problem: z.string() })) }),
        },
      },
    },
    async (request) => {
      const { ids, decision: wanted } = request.body;
      const failed: { id: string; problem: string }[] = [];
      for (const id of new Set(ids)) {
        try {
          await decideDifference(hub, actorOf(request), id, wanted);
        } catch (thrown) {
          if (!(thrown instanceof AppError)) throw thrown;
          failed.push({ id, problem: thrown.message });
        }
      }
      return { decided: new Set(ids).size - failed.length, failed };
    },
  );
}

const show = (row: ListedDrift) => {
  const figure = (text: string) => (row.field === 'price' ? canonicalAmount(text, row.currency) : String(Number(text)));
  return { ...row, expected: figure(row.expected), found: figure(row.found) };
};
