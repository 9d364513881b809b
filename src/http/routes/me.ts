import { z } from 'zod';
import { present } from '#base/assert.ts';
import { actorOf } from '#http/access.ts';
import type { Api, RouteDeps } from '#http/app.ts';
import { timezoneName } from '#http/shapes.ts';
import { readFirstSteps } from '#listings/first-steps.ts';
import { listMemberships, readOrganization } from '#organizations/authenticate.ts';
import { changeOrganization } from '#organizations/change-organization.ts';
import { readOrganizationSettings } from '#organizations/read-organization-settings.ts';
import { hasPracticeStores } from '#stores/list-stores.ts';

const role = z.enum(['owner', 'admin', 'member', 'viewer']);
const organizationShape = z.object({
  id: z.uuid(),
  name: z.string(),
  slug: z.string(),
  currency: z.string(),
  timezone: z.string(),
  sourceStoreId: z.uuid().nullable(),
});

const me = z
  .object({
    user: z.object({ id: z.string(), name: z.string(), email: z.string() }).nullable().describe('Null for an API key'),
    organization: organizationShape,
    role,
    organizations: z.array(z.object({ id: z.uuid(), name: z.string(), slug: z.string(), role: z.string() })),
    practice: z.boolean().describe('Whether any connected store is a practice store'),
  })
  .meta({ id: 'Me' });

const firstSteps = z
  .object({
    storeConnected: z.boolean(),
    linkConfirmed: z.boolean().describe('A listing of a second store is linked, or one that somebody linked by hand'),
    priceChanged: z.boolean().describe('Somebody has changed a price here'),
  })
  .meta({ id: 'FirstSteps' });

const organizationInput = z.strictObject({
  name: z.string().trim().min(1).max(200).optional(),
  timezone: timezoneName.optional(),
});

export function meRoutes(app: Api, { hub, auth }: RouteDeps): void {
  app.patch(
    '/api/organization',
    {
      config: { access: 'admin' },
      schema: {
        tags: ['Account'],
        summary: "Change the organization's name or time zone",
        body: organizationInput,
        response: { 200: organizationShape },
      },
    },
    async (request) => {
      const actor = actorOf(request);
      await changeOrganization(hub, auth, actor, request.body);
      const settings = await hub.db.inOrganization(actor.organizationId, (tx) => readOrganizationSettings(tx));
      return { ...present(await readOrganization(auth, actor.organizationId), 'the organization'), ...settings };
    },
  );

  app.get(
    '/api/first-steps',
    {
      config: { access: 'viewer' },
      schema: { tags: ['Account'], summary: 'How far the first ten minutes have come', response: { 200: firstSteps } },
    },
    async (request) => hub.db.inOrganization(actorOf(request).organizationId, (tx) => readFirstSteps(tx)),
  );

  app.get(
    '/api/me',
    { config: { access: 'viewer' }, schema: { tags: ['Account'], summary: 'Who am I, and where?', response: { 200: me } } },
    async (request) => {
      const actor = actorOf(request);
      const user = request.caller?.user ?? null;
      const [organization, organizations, [settings, practice]] = await Promise.all([
        readOrganization(auth, actor.organizationId),
        user === null ? [] : listMemberships(auth, user.id),
        hub.db.inOrganization(
          actor.organizationId,
          async (tx) => [await readOrganizationSettings(tx), await hasPracticeStores(tx)] as const,
        ),
      ]);
      const { currency, timezone, sourceStoreId } = settings;
      return {
        user,
        organization: { ...present(organization, 'the organization'), currency, timezone, sourceStoreId },
        role: actor.role,
        organizations,
        practice,
      };
    },
  );
}
