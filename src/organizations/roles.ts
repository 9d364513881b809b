import { createAccessControl } from 'better-auth/plugins/access';
import { defaultStatements } from 'better-auth/plugins/organization/access';
import type { Role } from '#organizations/actor.ts';

const rank: Readonly<Record<Role, number>> = { viewer: 0, member: 1, admin: 2, owner: 3 };

/** Whether `role` may do what `needed` may: every role can do all that the ones below it can. */
export const roleReaches = (role: Role, needed: Role): boolean => rank[role] >= rank[needed];

export const isRole = (text: string): text is Role => Object.hasOwn(rank, text);

/** What an API key may do, and the role it acts with. */
export const keyScopes = { read: 'viewer', write: 'member', admin: 'admin' } as const satisfies Record<string, Role>;
export type KeyScope = keyof typeof keyScopes;

const everything = ['create', 'read', 'update', 'delete'] as const;
export const accessControl = createAccessControl({ ...defaultStatements, apiKey: everything });

const runsTheOrganization = {
  invitation: ['create', 'cancel'],
  member: ['create', 'update', 'delete'],
  team: ['create', 'update', 'delete'],
  apiKey: everything,
} as const;

/** What each role may do with the identity tables, in the words of better-auth's organization plugin. */
export const roles = {
  owner: accessControl.newRole({ ...runsTheOrganization, organization: ['update', 'delete'] }),
  admin: accessControl.newRole({ ...runsTheOrganization, organization: ['update'] }),
  member: accessControl.newRole({}),
  viewer: accessControl.newRole({}),
};
