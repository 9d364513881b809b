import { z } from 'zod';
import { AppError } from '#base/errors.ts';
import type { ExplainStep } from '#base/explain.ts';
import { actorOf } from '#http/access.ts';
import type { Api, RouteDeps } from '#http/app.ts';
import { type ListingAnswer, listingShape, listingStatus, showListing } from '#http/listing-shape.ts';
import { answerPage, pageOf, pageQuery, readPage, searchText } from '#http/paging.ts';
import { fixedPrice, priceRule, stockRule } from '#http/rule-shapes.ts';
import { idParams } from '#http/shapes.ts';
import { explainListing } from '#listings/explain-listing.ts';
import { ignoreListings, linkListings, unlinkListings, updateListing } from '#listings/link-listing.ts';
import { listingSorts, listListings, readListing, type ShownListing, stateFilters } from '#listings/list-listings.ts';
import { suggestFor } from '#listings/read-suggestions.ts';
import type { Actor } from '#organizations/actor.ts';
import type { Auth } from '#organizations/auth.ts';
import { nameCallers } from '#organizations/name-callers.ts';
import { readOrganizationSettings } from '#organizations/read-organization-settings.ts';
import type { Hub } from '#stores/hub.ts';
import { readOrganizationRules } from '#stores/organization-rules.ts';
import { ownedAt } from '#stores/places.ts';
import { readPlaces } from '#stores/read-places.ts';
import { findStore } from '#stores/stores-store.ts';
import { requestListingSync } from '#sync/request-sync.ts';

export const listingFilter = z.object({
  storeId: z.uuid().optional(),
  status: listingStatus.optional(),
  state: z.enum(stateFilters).optional(),
  q: searchText,
});

const listQuery = pageQuery.extend(listingFilter.shape).extend({
  sort: z.enum(listingSorts).default('-id').describe('A search has an order of its own: the best matches first'),
});

const patchInput = z.strictObject({
  syncPrice: z.boolean().optional(),
  syncInventory: z.boolean().optional(),
  settings: z
    .strictObject({
      priceRule: priceRule.nullish(),
      stockRule: stockRule.nullish(),
      priceOverride: fixedPrice.nullish(),
      syncIntervalSeconds: z.number().int().min(60).max(604_800).nullish(),
    })
    .optional()
    .describe('A setting given as null is removed: the rules of the store apply again'),
});

const explainStep = z.object({
  code: z.string().describe('What was done to the figure'),
  amount: z.string().describe('The figure after it; of `on_hand`, `reserved` and `held_units` what it adds or takes away'),
  parameters: z
    .record(z.string(), z.union([z.string(), z.number()]))
    .describe(
      'The figures of the step. Where it is known since when it holds: `changedAt` (ISO 8601), `type` (of stock the kind of the ledger line; of prices and rules `hand`, `import`, `adoption`, `change_set` or `undo`), `documentKind` (`order`, `sync_job`, `store`, `change_set` and others; empty: none) and `documentId`; `by` (an id) and `who` (a name) where a person or a key did it; `store` where a store’s figure was taken over. What was set before this was kept has none of them. Steps of a rule have its `level`: listing, store or organization, the nearest one that counts. `held_units` has `reason` (unexplained_drop: probably sold, free at `until` at the latest, empty where a person has to decide; locked_by_platform: a campaign there does not let it be lowered, tried again at `triedAt`), `store`, `storeId` and `since`',
    ),
});
const pushed = z
  .object({
    value: z.string().nullable(),
    appliedAt: z.string().nullable(),
    readAt: z.string().nullable(),
    remote: z.string().nullable(),
    knowledge: z.string(),
  })
  .nullable();

const explanation = z.object({
  steps: z.array(explainStep),
  result: z.string().nullable(),
  heldReason: z.string().nullable(),
  pushed,
});

const quantityExplanation = explanation.extend({
  places: z
    .array(
      z.object({
        id: z.string(),
        name: z.string().describe("As the platform calls its location; '' where it has none"),
        locations: z.array(z.string()).describe('The names of those of yours that are shown there'),
        isOwned: z.boolean().describe('The store counts it: no rule stands between'),
        result: z.string().nullable(),
        heldReason: z.string().nullable(),
        pushed,
      }),
    )
    .describe("What each of the platform's locations is to show"),
});

const documents = z
  .object({
    storeId: z.uuid(),
    productId: z.uuid().nullable(),
    variantId: z.uuid().nullable(),
    priceRule: z
      .enum(['listing', 'store', 'organization', 'none'])
      .describe('Whose price rule applies; none on the store that owns prices'),
    stockRule: z.enum(['listing', 'store', 'organization', 'none']),
  })
  .describe('Where the steps come from');

const tags = ['Product links'];

export function listingRoutes(app: Api, deps: RouteDeps): void {
  reading(app, deps);
  changing(app, deps);
}

function reading(app: Api, { hub, auth }: RouteDeps): void {
  app.get(
    '/api/listings',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'Listings of every store',
        querystring: listQuery,
        response: { 200: pageOf(listingShape) },
      },
    },
    async (request) => {
      const order = request.query.q === undefined ? request.query.sort : 'relevance';
      const actor = actorOf(request);
      const page = await hub.db.inOrganization(actor.organizationId, (tx) =>
        listListings(hub, tx, request.query, readPage(request.query, order), request.query.sort),
      );
      return answerPage({ items: await withSuggestions(hub, actor, page.items), next: page.next }, order);
    },
  );

  app.get(
    '/api/listings/:id',
    { config: { access: 'viewer' }, schema: { tags, summary: 'A listing', params: idParams, response: { 200: listingShape } } },
    async (request) => showOne(hub, actorOf(request), request.params.id),
  );

  app.get(
    '/api/listings/:id/explain',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'Why does it show this price and quantity?',
        description: 'Step by step, with since when, by whom and by which document each of them holds, as far as that is known.',
        params: idParams,
        response: { 200: z.object({ quantity: quantityExplanation, price: explanation, documents }) },
      },
    },
    async (request) => {
      const actor = actorOf(request);
      const { quantity, price } = await explainListing(hub, actor, request.params.id);
      const named = await withNames(auth, actor.organizationId, [...quantity.steps, ...price.steps]);
      const explained = {
        quantity: { ...quantity, steps: named.slice(0, quantity.steps.length) },
        price: { ...price, steps: named.slice(quantity.steps.length) },
      };
      return { ...explained, documents: await documentsOf(hub, actor, request.params.id) };
    },
  );
}

function changing(app: Api, { hub }: RouteDeps): void {
  app.patch(
    '/api/listings/:id',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Change what a link syncs, its rules and its schedule',
        params: idParams,
        body: patchInput,
        response: { 200: listingShape },
      },
    },
    async (request) => {
      const actor = actorOf(request);
      await updateListing(hub, actor, request.params.id, request.body);
      return await showOne(hub, actor, request.params.id);
    },
  );

  app.post(
    '/api/listings/:id/link',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Link to a variant',
        params: idParams,
        body: z.strictObject({ variantId: z.uuid() }),
        response: { 200: listingShape },
      },
    },
    async (request) => {
      const actor = actorOf(request);
      await showOne(hub, actor, request.params.id);
      const { failed } = await linkListings(hub, actor, [{ listingId: request.params.id, variantId: request.body.variantId }]);
      const [problem] = failed;
      if (problem !== undefined)
        throw new AppError('invalid_input', problem.problem, { issues: [{ path: 'variantId', message: problem.problem }] });
      return await showOne(hub, actor, request.params.id);
    },
  );

  const verbs = [
    {
      name: 'unlink',
      summary: 'Unlink; the platform stays as it is',
      verb: (actor: Actor, id: string) => unlinkListings(hub, actor, [id]),
    },
    {
      name: 'ignore',
      summary: 'Do not offer it for linking',
      verb: (actor: Actor, id: string) => ignoreListings(hub, actor, [id], true),
    },
    {
      name: 'unignore',
      summary: 'Offer it for linking again',
      verb: (actor: Actor, id: string) => ignoreListings(hub, actor, [id], false),
    },
    {
      name: 'sync',
      summary: 'Read it now, and write where it differs',
      verb: (actor: Actor, id: string) => requestListingSync(hub, actor, id),
    },
  ];
  for (const { name, summary, verb } of verbs) {
    app.post(
      `/api/listings/:id/${name}`,
      { config: { access: 'member' }, schema: { tags, summary, params: idParams, response: { 200: listingShape } } },
      async (request) => {
        const actor = actorOf(request);
        await showOne(hub, actor, request.params.id);
        await verb(actor, request.params.id);
        return await showOne(hub, actor, request.params.id);
      },
    );
  }
}

/** The names of who did what the steps tell of. */
async function withNames(auth: Auth, organizationId: string, steps: readonly ExplainStep[]): Promise<ExplainStep[]> {
  const names = await nameCallers(
    auth,
    organizationId,
    steps.flatMap(({ parameters: { by } }) => (by === undefined ? [] : String(by))),
  );
  return steps.map((step) => {
    const who = names.get(String(step.parameters.by));
    return who === undefined ? step : { ...step, parameters: { ...step.parameters, who } };
  });
}

/** What a person opens to change a figure of the listing. */
async function documentsOf(hub: Hub, actor: Actor, listingId: string): Promise<z.output<typeof documents>> {
  return await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const found = await readListing(hub, tx, listingId);
    if (found === null) throw gone();
    const { listing, variant } = found;
    const { sourceStoreId } = await readOrganizationSettings(tx);
    const rules = await readOrganizationRules(tx);
    const { settings } = await findStore(tx, listing.storeId);
    const places = await readPlaces(tx, { id: listing.storeId, settings });
    const countsMain = ownedAt(places, settings.remoteLocationId ?? '') !== null;
    const ruleOf = (name: 'priceRule' | 'stockRule') => {
      if (name === 'priceRule' ? listing.storeId === sourceStoreId : countsMain) return 'none';
      if (listing.settings[name] !== undefined) return 'listing';
      return settings[name] === null && rules[name] !== undefined ? 'organization' : 'store';
    };
    return {
      storeId: listing.storeId,
      productId: variant?.productId ?? null,
      variantId: variant?.id ?? null,
      priceRule: ruleOf('priceRule'),
      stockRule: ruleOf('stockRule'),
    };
  });
}

const gone = () => new AppError('not_found', 'There is no such listing. It may have been removed; reload the page.');

/** Throws 'not_found' when the organization has no such listing. */
export async function showOne(hub: Hub, actor: Actor, listingId: string): Promise<ListingAnswer> {
  const found = await hub.db.inOrganization(actor.organizationId, (tx) => readListing(hub, tx, listingId));
  const [shown] = found === null ? [] : await withSuggestions(hub, actor, [found]);
  if (shown === undefined) throw gone();
  return shown;
}

async function withSuggestions(hub: Hub, actor: Actor, rows: readonly ShownListing[]): Promise<ListingAnswer[]> {
  const unlinked = rows
    .filter(({ listing }) => listing.status === 'unlinked' && listing.state !== 'gone')
    .map(({ listing }) => listing.id);
  const proposed = await suggestFor(hub, actor, unlinked);
  return rows.map((row) =>
    showListing(row, hub.connectors[row.store.platform]?.manifest.badge ?? '?', proposed.get(row.listing.id)),
  );
}
