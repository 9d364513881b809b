/**
 * Sign-in, sessions, organizations, invitations and API keys: better-auth over the identity tables.
 *
 * Always true:
 * - nobody signs up by himself: the first user is made by `makeOwner`, every other one holds an invitation to his address;
 * - a password stands as a scrypt hash, an API key as a SHA-256, the secret of neither is kept;
 * - attempts to sign in are limited per address, by a count that all processes share.
 */
import { apiKey } from '@better-auth/api-key';
import { betterAuth } from 'better-auth';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { APIError, createAuthMiddleware } from 'better-auth/api';
import { organization } from 'better-auth/plugins/organization';
import { and, asc, eq, gt } from 'drizzle-orm';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { isUuid, newId } from '#base/ids.ts';
import type { Pool } from '#db/pool.ts';
import { identitySchema, invitations, members } from '#organizations/identity-tables.ts';
import { accessControl, roles } from '#organizations/roles.ts';

export type IdentityDatabase = NodePgDatabase;

export interface AuthSettings {
  /** Connections that work as storesync_identity. */
  pool: Pool;
  secret: string;
  /** Address under which the hub is reached, without a slash at the end. */
  baseUrl: string;
  log(level: 'debug' | 'info' | 'warn' | 'error', message: string, details: object): void;
}

/** Where the address of the caller travels from the HTTP server to better-auth: set by us, never taken from outside. */
export const clientAddressHeader = 'x-storesync-client-address';

export const passwordLength = { minimum: 10, maximum: 128 } as const;

export type Auth = ReturnType<typeof openAuth>;

export function openAuth(settings: AuthSettings) {
  const db: IdentityDatabase = drizzle({ client: settings.pool });
  const better = betterAuth({
    appName: 'StoreSync',
    secret: settings.secret,
    baseURL: settings.baseUrl,
    basePath: '/api/auth',
    trustedOrigins: (request) => ownOrigins(request),
    database: drizzleAdapter(db, { provider: 'pg', schema: identitySchema, transaction: true }),
    telemetry: { enabled: false },
    // Errors come out of the handler; the HTTP server turns them into answers of one shape, once.
    onAPIError: { throw: true },
    logger: {
      level: 'warn',
      // What it calls an error is a wrong key or password; what really breaks is thrown.
      log: (level, message, ...details) =>
        settings.log(level === 'error' ? 'info' : level, message, { source: 'better-auth', ...firstError(details) }),
    },
    emailAndPassword: { enabled: true, minPasswordLength: passwordLength.minimum, maxPasswordLength: passwordLength.maximum },
    session: { expiresIn: 30 * 86_400, updateAge: 86_400 },
    rateLimit: {
      enabled: true,
      storage: 'database',
      window: 60,
      max: 120,
      customRules: { '/sign-in/email': { window: 60, max: 10 }, '/sign-up/email': { window: 60, max: 5 }, '/get-session': false },
    },
    advanced: {
      cookiePrefix: 'storesync',
      useSecureCookies: settings.baseUrl.startsWith('https:'),
      defaultCookieAttributes: { sameSite: 'lax', httpOnly: true },
      database: { generateId: () => newId() },
      ipAddress: { ipAddressHeaders: [clientAddressHeader] },
    },
    hooks: { before: createAuthMiddleware(async (context) => requireInvitation(db, context)) },
    databaseHooks: {
      session: {
        create: {
          before: async (session) => ({
            data: { ...session, activeOrganizationId: await firstOrganizationOf(db, session.userId) },
          }),
        },
      },
    },
    plugins: [
      organization({
        ac: accessControl,
        roles,
        teams: { enabled: true, defaultTeam: { enabled: false } },
        // A second organization needs a currency and a time zone of its own: it is made by the hub, not through this door.
        allowUserToCreateOrganization: false,
        disableOrganizationDeletion: true,
        cancelPendingInvitationsOnReInvite: true,
        // The invitation's id is known only to those who manage members, who hand it over; no mail is needed.
        requireEmailVerificationOnInvitation: false,
        invitationExpiresIn: 7 * 86_400,
      }),
      apiKey({
        references: 'organization',
        defaultPrefix: 'ss_',
        defaultKeyLength: 48,
        requireName: true,
        maximumNameLength: 80,
        enableMetadata: true,
        startingCharactersConfig: { shouldStore: true, charactersLength: 8 },
        rateLimit: { enabled: true, timeWindow: 60_000, maxRequests: 1200 },
        keyExpiration: { maxExpiresIn: 3650 },
      }),
    ],
  });
  return { better, db };
}

/** The hub is opened by several names (localhost, an address, the public one): a page may always talk to its own server. */
function ownOrigins(request: Request | undefined): string[] {
  const host = request?.headers.get('host');
  return host ? [`http://${host}`, `https://${host}`] : [];
}

function firstError(details: readonly unknown[]): { error?: string } {
  const error = details.find((detail) => detail instanceof Error);
  return error === undefined ? {} : { error: error.message };
}

async function firstOrganizationOf(db: IdentityDatabase, userId: string): Promise<string | null> {
  const [first] = await db
    .select({ organizationId: members.organizationId })
    .from(members)
    .where(eq(members.userId, userId))
    .orderBy(asc(members.createdAt), asc(members.id))
    .limit(1);
  return first?.organizationId ?? null;
}

async function requireInvitation(db: IdentityDatabase, context: { path: string; body?: unknown }): Promise<void> {
  if (context.path !== '/sign-up/email') return;
  const { invitationId, email } = (context.body ?? {}) as { invitationId?: unknown; email?: unknown };
  const found =
    typeof invitationId === 'string' && isUuid(invitationId) && typeof email === 'string'
      ? await db
          .select({ id: invitations.id })
          .from(invitations)
          .where(
            and(
              eq(invitations.id, invitationId),
              eq(invitations.email, email.toLowerCase()),
              eq(invitations.status, 'pending'),
              gt(invitations.expiresAt, new Date()),
            ),
          )
      : [];
  if (found.length === 0) {
    throw new APIError('FORBIDDEN', {
      message: 'An account needs an invitation to this e-mail address. Ask an owner or admin of the organization for one.',
    });
  }
}
