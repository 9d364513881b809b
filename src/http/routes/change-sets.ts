import { z } from 'zod';
import { actorOf } from '#http/access.ts';
import type { Api, RouteDeps } from '#http/app.ts';
import { currencyCode, idParams } from '#http/shapes.ts';
import { listRates, stateRate } from '#stores/state-rate.ts';
import { listPendingChangeSets } from '#sync/change-sets.ts';
import { decideChangeSet } from '#sync/decide-change-set.ts';

const changeSet = z.object({
  id: z.uuid(),
  storeId: z.uuid().nullable(),
  cause: z.string(),
  summary: z
    .looseObject({
      listings: z.number().optional(),
      repriced: z.number().optional(),
      recounted: z.number().optional(),
      zeroed: z.number().optional(),
    })
    .describe('How many prices and quantities it would change'),
  change: z.record(z.string(), z.unknown()),
  createdAt: z.date(),
});
const rate = z.object({ base: z.string(), quote: z.string(), rate: z.string(), statedAt: z.date() });
const rateInput = z.strictObject({
  base: currencyCode,
  quote: currencyCode,
  rate: z.string().regex(/^\d{1,9}(\.\d{1,9})?$/, 'A rate is a number such as 25400 or 0.92'),
});
const decided = z.object({ status: z.enum(['approved', 'discarded']) });

/** Bulk changes that the brake holds, and the rates that prices are converted by. */
export function changeSetRoutes(app: Api, { hub }: RouteDeps): void {
  app.get(
    '/api/change-sets',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['Brake'],
        summary: 'Changes that wait for approval',
        response: { 200: z.object({ items: z.array(changeSet) }) },
      },
    },
    async (request) => ({ items: await hub.db.inOrganization(actorOf(request).organizationId, listPendingChangeSets) }),
  );
  for (const [verb, decision, summary] of [
    ['approve', 'approved', 'Let a held change go ahead'],
    ['discard', 'discarded', 'Drop a held change'],
  ] as const) {
    app.post(
      `/api/change-sets/:id/${verb}`,
      { config: { access: 'member' }, schema: { tags: ['Brake'], summary, params: idParams, response: { 200: decided } } },
      async (request) => {
        await decideChangeSet(hub, actorOf(request), request.params.id, decision);
        return { status: decision };
      },
    );
  }
  app.get(
    '/api/exchange-rates',
    {
      config: { access: 'viewer' },
      schema: { tags: ['Prices'], summary: 'Stated exchange rates', response: { 200: z.object({ items: z.array(rate) }) } },
    },
    async (request) => ({ items: await hub.db.inOrganization(actorOf(request).organizationId, listRates) }),
  );
  app.put(
    '/api/exchange-rates',
    {
      config: { access: 'member' },
      schema: {
        tags: ['Prices'],
        summary: 'State a rate: 1 base is so many quote',
        body: rateInput,
        response: { 200: z.object({ items: z.array(rate) }) },
      },
    },
    async (request) => {
      await stateRate(hub, actorOf(request), request.body);
      return { items: await hub.db.inOrganization(actorOf(request).organizationId, listRates) };
    },
  );
}
