/** The rules of the organization, which stores follow that say nothing of their own; and what rules would do before they do it. */
import { z } from 'zod';
import { actorOf } from '#http/access.ts';
import type { Api, RouteDeps } from '#http/app.ts';
import { showOne } from '#http/routes/listings.ts';
import { showStore } from '#http/routes/stores.ts';
import { rulePreview, shownPreview } from '#http/rule-preview-shape.ts';
import { fixedPrice, priceRule, stockRule } from '#http/rule-shapes.ts';
import { idParams } from '#http/shapes.ts';
import { storeSettings } from '#http/store-shape.ts';
import type { Actor } from '#organizations/actor.ts';
import { readOrganizationRules } from '#stores/organization-rules.ts';
import type { OrganizationRules } from '#stores/stores.ts';
import { changeOrganizationRulesUnderBrake } from '#sync/organization-brake.ts';
import { previewRules } from '#sync/preview-rules.ts';
import type { RuleScope } from '#sync/rule-changes.ts';

const rules = z
  .object({ priceRule: priceRule.nullable(), stockRule: stockRule.nullable() })
  .describe('Null: the figures of the catalog as they are')
  .meta({ id: 'OrganizationRules' });

const rulesInput = z
  .strictObject({ priceRule: priceRule.nullable().optional(), stockRule: stockRule.nullable().optional() })
  .describe('A rule that is left out stays as it is');

const previewInput = rulesInput.extend({
  duringSale: z
    .number()
    .int()
    .min(0)
    .max(19)
    .optional()
    .describe('As it will be when this sale of the price rule begins, counted from 0; left out: now'),
  shown: z.number().int().min(1).max(200).optional().describe('How many of the largest changes; 5 when left out'),
});

const storePreviewInput = previewInput.extend({
  locationIds: storeSettings.shape.locationIds,
  locationMap: storeSettings.shape.locationMap,
  emptyPlaces: storeSettings.shape.emptyPlaces,
  remoteLocationId: storeSettings.shape.remoteLocationId.optional(),
});

const listingPreviewInput = previewInput.extend({ priceOverride: fixedPrice.nullish() });

// Nothing is changed by a preview, so there is nothing to do only once.
const asking = { access: 'member', idempotent: false } as const;
const previewSchema = {
  tags: ['Rules'],
  description: 'Nothing is changed. A rule that is left out stays as it is.',
  body: previewInput,
  response: { 200: rulePreview },
};

export function ruleRoutes(app: Api, deps: RouteDeps): void {
  readingAndChanging(app, deps);
  previewing(app, deps);
}

function readingAndChanging(app: Api, { hub }: RouteDeps): void {
  app.get(
    '/api/rules',
    {
      config: { access: 'viewer' },
      schema: { tags: ['Rules'], summary: 'The rules of the organization', response: { 200: rules } },
    },
    async (request) => answer(await hub.db.inOrganization(actorOf(request).organizationId, readOrganizationRules)),
  );

  app.put(
    '/api/rules',
    {
      config: { access: 'member' },
      schema: {
        tags: ['Rules'],
        summary: 'Change the rules of the organization',
        description: 'Stores with rules of their own keep them.',
        body: rulesInput,
        response: { 200: rules },
      },
    },
    async (request) => {
      const actor = actorOf(request);
      await changeOrganizationRulesUnderBrake(hub, actor, request.body);
      return answer(await hub.db.inOrganization(actor.organizationId, readOrganizationRules));
    },
  );
}

type PreviewInput = z.output<typeof listingPreviewInput> | z.output<typeof storePreviewInput>;

function previewing(app: Api, { hub }: RouteDeps): void {
  const preview = async (actor: Actor, scope: RuleScope, { duringSale, shown, ...patch }: PreviewInput) =>
    await hub.db.inOrganization(actor.organizationId, async (tx) => {
      const question = { scope, patch, duringSale: duringSale ?? null, ...(shown === undefined ? {} : { shown }) };
      return shownPreview(await previewRules(hub, tx, question));
    });

  app.post(
    '/api/rules/preview',
    {
      config: asking,
      schema: { ...previewSchema, summary: "What other rules of the organization would do to its stores' prices and quantities" },
    },
    async (request) => preview(actorOf(request), 'organization', request.body),
  );

  app.post(
    '/api/stores/:id/rules/preview',
    {
      config: asking,
      schema: {
        ...previewSchema,
        summary: "What other rules, or other locations to feed it, would do to the store's prices and quantities",
        params: idParams,
        body: storePreviewInput,
      },
    },
    async (request) => {
      const actor = actorOf(request);
      const { id: storeId } = request.params;
      await showStore(hub, actor, storeId);
      return await preview(actor, { storeId }, request.body);
    },
  );

  app.post(
    '/api/listings/:id/rules/preview',
    {
      config: asking,
      schema: {
        ...previewSchema,
        summary: 'What rules or a price of its own would do to a listing',
        params: idParams,
        body: listingPreviewInput,
      },
    },
    async (request) => {
      const actor = actorOf(request);
      const { id: listingId } = request.params;
      await showOne(hub, actor, listingId);
      return await preview(actor, { listingId }, request.body);
    },
  );
}

const answer = ({ priceRule: price, stockRule: stock }: OrganizationRules) => ({
  priceRule: price ?? null,
  stockRule: stock ?? null,
});
