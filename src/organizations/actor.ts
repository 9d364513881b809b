/** Who does something: every verb that changes anything is given one, and the audit trail names it. */
export interface Actor {
  organizationId: string;
  userId: string | null;
  kind: 'user' | 'api_key' | 'system';
  role: Role;
}

export type Role = 'owner' | 'admin' | 'member' | 'viewer';
