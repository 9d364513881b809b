import type { Role } from '~/api-model.ts';

export const roleNames: Record<Role, string> = { owner: 'Owner', admin: 'Admin', member: 'Member', viewer: 'Viewer' };

export const roleHelp: Record<Role, string> = {
  owner: 'Everything, other owners included.',
  admin: 'Everything but owners: members, platform apps, disconnecting stores.',
  member: 'The daily work: products, links, stock, store settings.',
  viewer: 'Looks, and changes nothing.',
};

/** Nobody gives away more than they have. */
export const rolesOf = (own: Role): Role[] =>
  own === 'owner' ? ['owner', 'admin', 'member', 'viewer'] : ['admin', 'member', 'viewer'];
