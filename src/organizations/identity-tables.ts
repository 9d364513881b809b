/**
 * Who may sign in, and to which organization. Written and read by better-auth alone (see auth.ts), through the pool of
 * role `storesync_identity`; these tables are the named exception to row-level security, because a session must be found
 * before the tenant is known. Only that role has rights on them.
 *
 * Keys of the exported `identitySchema` are better-auth's model names.
 */
import { sql } from 'drizzle-orm';
import { bigint, boolean, check, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { createdAt, moment, updatedAt } from '#db/columns.ts';

const id = () => uuid('id').primaryKey();

export const users = pgTable('users', {
  id: id(),
  name: text('name').notNull(),
  /** Lower case: better-auth lowers it before it writes or compares. */
  email: text('email').notNull().unique('users_email'),
  emailVerified: boolean('email_verified').notNull().default(false),
  image: text('image'),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
});

export const organizations = pgTable('organizations', {
  id: id(),
  name: text('name').notNull(),
  slug: text('slug').notNull().unique('organizations_slug'),
  logo: text('logo'),
  /** JSON text of better-auth; our own settings stand in `settings`. */
  metadata: text('metadata'),
  settings: jsonb('settings').$type<Record<string, unknown>>().notNull().default({}),
  subscriptionPlan: text('subscription_plan').notNull().default('free'),
  createdAt: createdAt(),
  updatedAt: moment('updated_at').notNull().default(sql`now()`),
});

export const sessions = pgTable(
  'sessions',
  {
    id: id(),
    token: text('token').notNull().unique('sessions_token'),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    activeOrganizationId: uuid('active_organization_id'),
    activeTeamId: uuid('active_team_id'),
    ipAddress: text('ip_address'),
    userAgent: text('user_agent'),
    expiresAt: moment('expires_at').notNull(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [index('sessions_user').on(t.userId), index('sessions_expiry').on(t.expiresAt)],
);

/** How a user signs in: a password (hashed by scrypt), or an identity provider's account. */
export const accounts = pgTable(
  'accounts',
  {
    id: id(),
    accountId: text('account_id').notNull(),
    providerId: text('provider_id').notNull(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    accessToken: text('access_token'),
    refreshToken: text('refresh_token'),
    idToken: text('id_token'),
    accessTokenExpiresAt: moment('access_token_expires_at'),
    refreshTokenExpiresAt: moment('refresh_token_expires_at'),
    scope: text('scope'),
    password: text('password'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [index('accounts_user').on(t.userId), uniqueIndex('accounts_provider').on(t.providerId, t.accountId)],
);

export const verifications = pgTable(
  'verifications',
  {
    id: id(),
    identifier: text('identifier').notNull(),
    value: text('value').notNull(),
    expiresAt: moment('expires_at').notNull(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [index('verifications_identifier').on(t.identifier)],
);

export const members = pgTable(
  'members',
  {
    id: id(),
    organizationId: uuid('organization_id')
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    role: text('role').$type<'owner' | 'admin' | 'member' | 'viewer'>().notNull().default('member'),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex('members_once').on(t.organizationId, t.userId),
    index('members_user').on(t.userId),
    check('members_role_known', sql`${t.role} in ('owner','admin','member','viewer')`),
  ],
);

export const teams = pgTable(
  'teams',
  {
    id: id(),
    name: text('name').notNull(),
    memberCount: integer('member_count').notNull().default(0),
    organizationId: uuid('organization_id')
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    createdAt: createdAt(),
    updatedAt: moment('updated_at'),
  },
  (t) => [index('teams_organization').on(t.organizationId)],
);

export const teamMembers = pgTable(
  'team_members',
  {
    id: id(),
    teamId: uuid('team_id')
      .notNull()
      .references(() => teams.id, { onDelete: 'cascade' }),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    membershipKey: text('membership_key').unique('team_members_once'),
    createdAt: moment('created_at'),
  },
  (t) => [index('team_members_team').on(t.teamId), index('team_members_user').on(t.userId)],
);

export const invitations = pgTable(
  'invitations',
  {
    id: id(),
    organizationId: uuid('organization_id')
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    email: text('email').notNull(),
    role: text('role'),
    teamId: text('team_id'),
    status: text('status').notNull().default('pending'),
    inviterId: uuid('inviter_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    expiresAt: moment('expires_at').notNull(),
    createdAt: createdAt(),
  },
  (t) => [index('invitations_organization').on(t.organizationId), index('invitations_email').on(t.email)],
);

/** Keys of an organization. `key` is a SHA-256 of the secret, which is shown once and kept nowhere. */
export const apiKeys = pgTable(
  'api_keys',
  {
    id: id(),
    configId: text('config_id').notNull().default('default'),
    name: text('name'),
    /** The first characters, so that a person can tell keys apart. */
    start: text('start'),
    prefix: text('prefix'),
    key: text('key').notNull().unique('api_keys_key'),
    /** The organization. */
    referenceId: uuid('reference_id')
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    refillInterval: integer('refill_interval'),
    refillAmount: integer('refill_amount'),
    lastRefillAt: moment('last_refill_at'),
    enabled: boolean('enabled').notNull().default(true),
    rateLimitEnabled: boolean('rate_limit_enabled').notNull().default(true),
    rateLimitTimeWindow: integer('rate_limit_time_window'),
    rateLimitMax: integer('rate_limit_max'),
    requestCount: integer('request_count').notNull().default(0),
    remaining: integer('remaining'),
    lastRequest: moment('last_request'),
    expiresAt: moment('expires_at'),
    /** JSON text: { storesync: ['read', 'write', 'admin'] }. */
    permissions: text('permissions'),
    /** JSON text: { createdBy: user id }. */
    metadata: text('metadata'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [index('api_keys_organization').on(t.referenceId), index('api_keys_config').on(t.configId)],
);

/** Counts of sign-in attempts, shared by all processes. */
export const signInLimits = pgTable('sign_in_limits', {
  id: id(),
  key: text('key').notNull().unique('sign_in_limits_key'),
  count: integer('count').notNull(),
  /** Milliseconds since 1970, as better-auth keeps it. */
  lastRequest: bigint('last_request', { mode: 'number' }).notNull(),
});

export const identitySchema = {
  user: users,
  session: sessions,
  account: accounts,
  verification: verifications,
  organization: organizations,
  member: members,
  team: teams,
  teamMember: teamMembers,
  invitation: invitations,
  apikey: apiKeys,
  rateLimit: signInLimits,
};
