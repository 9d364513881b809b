/** Leaving a store: how its quantities stand, making them 0 first, and disconnecting it. */
import { z } from 'zod';
import { AppError } from '#base/errors.ts';
import { actorOf } from '#http/access.ts';
import type { Api, RouteDeps } from '#http/app.ts';
import { showStore } from '#http/routes/stores.ts';
import { idParams } from '#http/shapes.ts';
import { storeShape } from '#http/store-shape.ts';
import { disconnect } from '#http/verbs/disconnect.ts';
import { readQuantitiesThere } from '#listings/read-quantities-there.ts';
import { setClosing } from '#stores/close-store.ts';
import { readStore } from '#stores/list-stores.ts';

const quantitiesThere = z
  .object({
    linked: z.number().int(),
    right: z.number().int().describe('Known to be as they should'),
    onTheWay: z.number().int().describe('Not sent yet, without an answer, or to be read first'),
    refused: z.number().int(),
    untouched: z.number().int().describe('Nothing is sent for them: not counted, held or switched off'),
  })
  .meta({ id: 'QuantitiesThere' });

const tags = ['Stores'];

export function leaveStoreRoutes(app: Api, { hub }: RouteDeps): void {
  app.get(
    '/api/stores/:id/quantities',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'How the quantities of its linked listings stand on a store',
        params: idParams,
        response: { 200: quantitiesThere },
      },
    },
    async (request) =>
      hub.db.inOrganization(actorOf(request).organizationId, async (tx) => {
        if ((await readStore(tx, request.params.id)) === null)
          throw new AppError('not_found', 'There is no such store. It may belong to another organization.');
        return await readQuantitiesThere(tx, request.params.id);
      }),
  );

  app.post(
    '/api/stores/:id/closing',
    {
      config: { access: 'admin' },
      schema: {
        tags,
        summary: 'Make every linked quantity on a store 0, or let them follow from the stock again',
        description: 'They are sent by the next turns of the store; its quantities tell how far it is.',
        params: idParams,
        body: z.strictObject({ closing: z.boolean() }),
        response: { 200: storeShape },
      },
    },
    async (request) => {
      const actor = actorOf(request);
      await setClosing(hub, actor, request.params.id, request.body.closing);
      return await showStore(hub, actor, request.params.id);
    },
  );

  app.post(
    '/api/stores/:id/disconnect',
    {
      config: { access: 'admin' },
      schema: {
        tags,
        summary: 'Destroy the credentials; links and the figures on the platform stay',
        description:
          'leave: what is due is sent first, for a few seconds. zero: every quantity there was made 0 before, by /closing; a conflict until that is so.',
        params: idParams,
        body: z.strictObject({ quantities: z.enum(['leave', 'zero']).default('leave') }).nullish(),
        response: { 200: storeShape.extend({ left: quantitiesThere.describe('How the quantities stood when it was left') }) },
      },
    },
    async (request) => {
      const actor = actorOf(request);
      const left = await disconnect(hub, actor, request.params.id, request.body?.quantities ?? 'leave');
      return { ...(await showStore(hub, actor, request.params.id)), left };
    },
  );
}
