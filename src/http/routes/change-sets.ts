import { z } from 'zod';
import { actorOf } from '#http/access.ts';
import type { Api, RouteDeps } from '#http/app.ts';
import { rulePreview, shownPreview } from '#http/rule-preview-shape.ts';
import { currencyCode, idParams } from '#http/shapes.ts';
import { listRates } from '#stores/state-rate.ts';
import {
  appliedAtMost,
  type ChangeSetRow,
  countAppliedChangeSets,
  countPendingChangeSets,
  listAppliedChangeSets,
  listPendingChangeSets,
  pendingAtMost,
} from '#sync/change-sets.ts';
import { decideChangeSet } from '#sync/decide-change-set.ts';
import { importsUnderWay } from '#sync/import-jobs.ts';
import { previewChangeSet } from '#sync/preview-change-set.ts';
import { previewRate, stateRateUnderBrake } from '#sync/rate-brake.ts';
import { previewUndo, undoChangeSet } from '#sync/undo-change-set.ts';

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
      zeroedBefore: z.number().optional().describe('Of an adoption: taken over within the hour before the rest was held'),
      repricedBefore: z.number().optional().describe('The same, of prices'),
      file: z.string().optional().describe('Of an import: its name'),
      products: z.number().optional().describe('Of an import'),
      stores: z.array(z.string()).optional().describe('Of an import that waits: the stores whose brake it has met'),
      linked: z.number().optional().describe('Of links'),
    })
    .describe('How many prices and quantities it would change'),
  change: z
    .record(z.string(), z.unknown())
    .describe(
      'What is asked for: `patch` of a store, `rules` of the organization, a `rate`, a `location` with its `change`; of an import that was approved the `jobId` of the job that applies it, or has failed to',
    ),
  createdAt: z.date().describe('Since when it waits, or was asked for'),
});
const pending = changeSet.extend({
  importing: z.boolean().describe('It was approved, and its file is being imported: it waits for nobody'),
});
const applied = changeSet.extend({
  decidedAt: z.date().nullable(),
  undoneAt: z.date().nullable().describe('Not null: it was undone, and cannot be once more'),
});
const undoPreview = z
  .object({
    problem: z.string().nullable().describe('Why it cannot be undone any more'),
    rules: rulePreview.nullable(),
    rows: z
      .object({
        restorable: z.number(),
        counts: z.number(),
        touchedSince: z.number().describe('Changed by somebody since; these stay as they are'),
        examples: z.array(
          z.object({ title: z.string(), sku: z.string(), priceBefore: z.string().nullable(), priceNow: z.string().nullable() }),
        ),
      })
      .nullable(),
  })
  .meta({ id: 'UndoPreview' });
const rate = z.object({ base: z.string(), quote: z.string(), rate: z.string(), statedAt: z.date() });
const rateInput = z.strictObject({
  base: currencyCode,
  quote: currencyCode,
  rate: z.string().regex(/^\d{1,9}(\.\d{1,9})?$/, 'A rate is a number such as 25400 or 0.92'),
});
const changePreview = rulePreview
  .extend({ since: z.date().nullable().describe('Of an import: when it was held, with these figures. Null: as things are now') })
  .meta({ id: 'ChangePreview' });
const decided = z.object({ status: z.enum(['approved', 'discarded']) });
const importing = z.object({ status: z.literal('importing'), jobId: z.uuid() });

/** The examples of an import stand in its preview. */
function listed<Row extends ChangeSetRow>({ change: { effect: _, ...change }, ...row }: Row) {
  return { ...row, change };
}

/** Bulk changes that the brake holds, and the rates that prices are converted by. */
export function changeSetRoutes(app: Api, deps: RouteDeps): void {
  deciding(app, deps);
  undoing(app, deps);
  rates(app, deps);
}

function deciding(app: Api, { hub, imports }: RouteDeps): void {
  app.get(
    '/api/change-sets',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['Brake'],
        summary: 'Changes that wait for approval',
        description: `The newest ${pendingAtMost}; \`total\` says how many there are.`,
        response: { 200: z.object({ items: z.array(pending), total: z.number() }) },
      },
    },
    async (request) =>
      await hub.db.inOrganization(actorOf(request).organizationId, async (tx) => {
        const underWay = await importsUnderWay(tx, hub.clock.now());
        const items = (await listPendingChangeSets(tx)).map((row) => ({ ...listed(row), importing: underWay.has(row.id) }));
        return { items, total: await countPendingChangeSets(tx) };
      }),
  );
  app.get(
    '/api/change-sets/:id/preview',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['Brake'],
        summary: 'What a change that waits would do, with its largest changes',
        description: 'As things are now; of an import as it was held (`since`). Nothing is changed.',
        params: idParams,
        response: { 200: changePreview },
      },
    },
    async (request) => {
      const { organizationId } = actorOf(request);
      const preview = await hub.db.inOrganization(organizationId, (tx) => previewChangeSet(hub, tx, request.params.id));
      return { ...shownPreview(preview), since: preview.since };
    },
  );
  app.post(
    '/api/change-sets/:id/approve',
    {
      config: { access: 'member' },
      schema: {
        tags: ['Brake'],
        summary: 'Let a held change go ahead',
        description:
          'An import is applied in the background: 202 names the job, and the change waits until that has succeeded. What is being applied already is a conflict.',
        params: idParams,
        response: { 200: decided, 202: importing },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const jobId = await imports.approve(hub, actorOf(request), id);
      if (jobId !== null) return reply.code(202).send({ status: 'importing' as const, jobId });
      await decideChangeSet(hub, actorOf(request), id, 'approved');
      return { status: 'approved' as const };
    },
  );
  app.post(
    '/api/change-sets/:id/discard',
    {
      config: { access: 'member' },
      schema: { tags: ['Brake'], summary: 'Drop a held change', params: idParams, response: { 200: decided } },
    },
    async (request) => {
      await decideChangeSet(hub, actorOf(request), request.params.id, 'discarded');
      return { status: 'discarded' as const };
    },
  );
}

function undoing(app: Api, { hub }: RouteDeps): void {
  app.get(
    '/api/change-sets/applied',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['Brake'],
        summary: 'Bulk changes of the last 30 days that can be undone, or were',
        description: `The newest ${appliedAtMost}; \`total\` says how many there are.`,
        response: { 200: z.object({ items: z.array(applied), total: z.number() }) },
      },
    },
    async (request) => {
      const now = hub.clock.now();
      return await hub.db.inOrganization(actorOf(request).organizationId, async (tx) => ({
        items: (await listAppliedChangeSets(tx, now)).map(listed),
        total: await countAppliedChangeSets(tx, now),
      }));
    },
  );
  app.get(
    '/api/change-sets/:id/undo',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['Brake'],
        summary: 'What undoing a bulk change would do',
        params: idParams,
        response: { 200: undoPreview },
      },
    },
    async (request) => {
      const preview = await hub.db.inOrganization(actorOf(request).organizationId, (tx) =>
        previewUndo(hub, tx, request.params.id),
      );
      return { ...preview, rules: preview.rules === null ? null : shownPreview(preview.rules) };
    },
  );
  app.post(
    '/api/change-sets/:id/undo',
    {
      config: { access: 'member' },
      schema: {
        tags: ['Brake'],
        summary: 'Undo a bulk change, once',
        description: 'What somebody has changed since stays as it is.',
        params: idParams,
        response: { 200: z.object({ status: z.literal('undone') }) },
      },
    },
    async (request) => {
      await undoChangeSet(hub, actorOf(request), request.params.id);
      return { status: 'undone' as const };
    },
  );
}

function rates(app: Api, { hub }: RouteDeps): void {
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
        description: 'Where that changes more prices of a store than its brake allows, it waits as a change-set (brake_pending).',
        body: rateInput,
        response: { 200: z.object({ items: z.array(rate) }) },
      },
    },
    async (request) => {
      await stateRateUnderBrake(hub, actorOf(request), request.body);
      return { items: await hub.db.inOrganization(actorOf(request).organizationId, listRates) };
    },
  );
  app.post(
    '/api/exchange-rates/preview',
    {
      // Nothing is changed by a preview, so there is nothing to do only once.
      config: { access: 'member', idempotent: false },
      schema: {
        tags: ['Prices'],
        summary: "What a rate would do to the stores' prices",
        description: 'Nothing is changed.',
        body: rateInput,
        response: { 200: rulePreview },
      },
    },
    async (request) =>
      shownPreview(await hub.db.inOrganization(actorOf(request).organizationId, (tx) => previewRate(hub, tx, request.body))),
  );
}
