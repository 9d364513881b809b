/** Filters of a list that somebody keeps under a name. */
import { z } from 'zod';
import { present } from '#base/assert.ts';
import { AppError } from '#base/errors.ts';
import { actorOf } from '#http/access.ts';
import type { Api, RouteDeps } from '#http/app.ts';
import { idParams } from '#http/shapes.ts';
import type { Actor } from '#organizations/actor.ts';
import type { Auth } from '#organizations/auth.ts';
import { nameCallers } from '#organizations/name-callers.ts';
import { roleReaches } from '#organizations/roles.ts';
import {
  changeSavedView,
  deleteSavedView,
  isOwnView,
  listNames,
  listSavedViews,
  mayChangeView,
  nameLengthAtMost,
  type SavedViewRow,
  saveView,
  tidyName,
  viewsAtMost,
} from '#organizations/saved-views.ts';

const tags = ['Saved views'];

const parametersAtMost = 30;
const nameOfParameterAtMost = 60;
const searchBytesAtMost = 8_000;

const listName = z.enum(listNames).describe('The list that it narrows; listings are the product links');

const viewName = z
  .string()
  .max(1000)
  .transform((typed, context) => {
    const name = tidyName(typed);
    if (name !== null) return name;
    const message = `A view's name has 1 to ${nameLengthAtMost} characters.`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  })
  .describe(`1 to ${nameLengthAtMost} characters; no two of yours of one list have the same name, whatever the capitals`);

const parameter = z.union([z.string().max(500), z.number(), z.boolean(), z.array(z.string().max(200)).max(50)], {
  error: 'A parameter of a search is a text of at most 500 characters, a number, true, false or a list of short texts.',
});

const search = z
  .record(z.string(), parameter)
  .refine((given) => Object.keys(given).length <= parametersAtMost, `A search has at most ${parametersAtMost} parameters.`)
  .refine(
    (given) => Object.keys(given).every((name) => name.length <= nameOfParameterAtMost),
    `The name of a parameter has at most ${nameOfParameterAtMost} characters.`,
  )
  .refine(
    (given) => Buffer.byteLength(JSON.stringify(given)) <= searchBytesAtMost,
    'The search is too long to be kept. Leave some of it out.',
  )
  .describe("The parameters of the list's address in the web app, without the opened row");

const savedView = z
  .object({
    id: z.uuid(),
    list: listName,
    name: z.string(),
    search: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])),
    isShared: z.boolean().describe('Everybody of the organization sees it'),
    isOwn: z.boolean().describe('Saved by who asks'),
    canChange: z.boolean().describe('Who asks may change and delete it'),
    savedBy: z.string().nullable().describe('Name of who saved it; null when that account is gone'),
    createdAt: z.date(),
    updatedAt: z.date(),
  })
  .meta({ id: 'SavedView' });

const newView = z.strictObject({ list: listName, name: viewName, search, isShared: z.boolean().default(false) });
const viewChange = z.strictObject({
  name: viewName.optional(),
  search: search.optional().describe('Takes the place of the one that was'),
  isShared: z.boolean().optional(),
});

export function savedViewRoutes(app: Api, deps: RouteDeps): void {
  reading(app, deps);
  changing(app, deps);
}

function reading(app: Api, { hub, auth }: RouteDeps): void {
  app.get(
    '/api/saved-views',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'Saved views: your own first, then those that others share',
        description: 'An API key is shown the shared ones.',
        querystring: z.object({ list: listName.optional() }),
        response: { 200: z.object({ items: z.array(savedView), nextCursor: z.null() }) },
      },
    },
    async (request) => {
      const actor = actorOf(request);
      const rows = await hub.db.inOrganization(actor.organizationId, (tx) => listSavedViews(tx, actor, request.query.list));
      return { items: await shown(auth, actor, rows), nextCursor: null };
    },
  );
}

function changing(app: Api, { hub, auth }: RouteDeps): void {
  const write = { config: { access: 'member' as const } };
  const one = async (actor: Actor, row: SavedViewRow) => present((await shown(auth, actor, [row]))[0], 'the view');

  app.post(
    '/api/saved-views',
    {
      ...write,
      schema: {
        tags,
        summary: 'Save a view',
        description: `Of one list a person has at most ${viewsAtMost}. An API key saves none.`,
        body: newView,
        response: { 201: savedView },
      },
    },
    async (request, reply) => {
      const actor = actorOf(request);
      return reply.code(201).send(await one(actor, await saveView(hub, actor, request.body)));
    },
  );

  app.patch(
    '/api/saved-views/:id',
    {
      ...write,
      schema: {
        tags,
        summary: 'Rename a view, replace its search, share it or share it no more',
        description: 'Who saved it may, and of a shared one an owner or admin.',
        params: idParams,
        body: viewChange,
        response: { 200: savedView },
      },
    },
    async (request) => {
      if (Object.keys(request.body).length === 0) throw new AppError('invalid_input', 'Say what is to be changed.');
      const actor = actorOf(request);
      return one(actor, await changeSavedView(hub, actor, request.params.id, request.body));
    },
  );

  app.delete(
    '/api/saved-views/:id',
    {
      ...write,
      schema: {
        tags,
        summary: 'Delete a view',
        description: 'Who saved it may, and of a shared one an owner or admin. What it shows stays as it is.',
        params: idParams,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await deleteSavedView(hub, actorOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  );
}

async function shown(auth: Auth, actor: Actor, rows: readonly SavedViewRow[]): Promise<z.output<typeof savedView>[]> {
  const names = await nameCallers(
    auth,
    actor.organizationId,
    rows.map(({ userId }) => userId),
  );
  return rows.map((row) => ({
    ...{ id: row.id, list: row.list, name: row.name, search: row.search, isShared: row.isShared },
    isOwn: isOwnView(actor, row),
    canChange: roleReaches(actor.role, 'member') && mayChangeView(actor, row),
    savedBy: names.get(row.userId) ?? null,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  }));
}
