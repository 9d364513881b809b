import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Mail, Trash2, UserPlus, UserRound } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';
import { api, problemFrom } from '~/api.ts';
import type { Invitation, Member } from '~/api-model/settings.ts';
import type { Role } from '~/api-model.ts';
import { Button, IconButton } from '~/parts/button.tsx';
import { Confirm } from '~/parts/confirm.tsx';
import { CopyButton } from '~/parts/copy-button.tsx';
import { Moment } from '~/parts/moment.tsx';
import { Problem } from '~/parts/problem.tsx';
import { useMe, useRights } from '~/parts/session.ts';
import { InviteMember, invitationLink } from '~/screens/settings/invite-member.tsx';
import { roleNames, rolesOf } from '~/screens/settings/role-names.ts';

/** Who works here, in which role, and who is invited. */
export function Members() {
  const rights = useRights();
  const [inviting, setInviting] = useState(false);
  const reading = useQuery({
    queryKey: ['members'],
    queryFn: async ({ signal }) =>
      (await api.get<{ members: Member[] }>('/api/auth/organization/list-members', { limit: 200 }, signal)).members,
  });
  if (reading.error !== null) return <Problem thrown={reading.error} reading onRetry={() => void reading.refetch()} />;
  if (reading.data === undefined) return <div className="skeleton h-20" role="status" aria-label="Loading" />;
  return (
    <>
      <ul className="divide-y divide-base-300 rounded-box border border-base-300 bg-base-100">
        {reading.data.map((member) => (
          <MemberLine key={member.id} member={member} />
        ))}
        {rights.administer && <Invitations />}
      </ul>
      {rights.administer && (
        <Button icon={UserPlus} onClick={() => setInviting(true)}>
          Invite somebody
        </Button>
      )}
      {inviting && <InviteMember onClose={() => setInviting(false)} />}
    </>
  );
}

function MemberLine({ member }: { member: Member }) {
  const me = useMe();
  const rights = useRights();
  const client = useQueryClient();
  const [leaving, setLeaving] = useState(false);
  const change = useMutation({
    mutationFn: (role: Role) => api.post('/api/auth/organization/update-member-role', { memberId: member.id, role }),
    onSuccess: (_, role) => toast(`${member.user.name} is ${roleNames[role].toLowerCase()} from now on.`),
    onError: (thrown) => toast.error(problemFrom(thrown).message),
    onSettled: () => client.invalidateQueries({ queryKey: ['members'] }),
  });
  const remove = async () => {
    await api.post('/api/auth/organization/remove-member', { memberIdOrEmail: member.id });
    await client.invalidateQueries({ queryKey: ['members'] });
  };
  const self = member.user.id === me.user.id;
  // An owner is changed by an owner only.
  const changeable = rights.administer && !self && (member.role !== 'owner' || me.role === 'owner');
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5">
      <UserRound className="size-4 text-muted" aria-hidden />
      <span className="min-w-40 flex-1">
        <span className="block font-medium">
          {member.user.name}
          {self && <span className="font-normal text-muted"> (you)</span>}
        </span>
        <span className="block text-xs break-all text-muted">{member.user.email}</span>
      </span>
      {changeable ? (
        <RoleSelect
          label={`Role of ${member.user.name}`}
          value={change.isPending ? change.variables : member.role}
          roles={rolesOf(me.role)}
          onChange={change.mutate}
        />
      ) : (
        <span>{roleNames[member.role]}</span>
      )}
      {changeable && <IconButton label={`Remove ${member.user.name}`} icon={Trash2} onClick={() => setLeaving(true)} />}
      {leaving && (
        <Confirm title={`Remove ${member.user.name}`} action="Remove" danger run={remove} onClose={() => setLeaving(false)}>
          <p>
            <strong>{member.user.name}</strong> can no longer open this organization. What they did stays in the records; they can
            be invited again.
          </p>
        </Confirm>
      )}
    </li>
  );
}

interface RoleSelectProps {
  label: string;
  value: Role;
  roles: Role[];
  onChange: (role: Role) => void;
}

const RoleSelect = ({ label, value, roles, onChange }: RoleSelectProps) => (
  <select aria-label={label} className="select h-9 w-32" value={value} onChange={(event) => onChange(event.target.value as Role)}>
    {roles.map((role) => (
      <option key={role} value={role}>
        {roleNames[role]}
      </option>
    ))}
  </select>
);

function Invitations() {
  const client = useQueryClient();
  const { data } = useQuery({
    queryKey: ['invitations'],
    queryFn: ({ signal }) => api.get<Invitation[]>('/api/auth/organization/list-invitations', {}, signal),
  });
  const [leaving, setLeaving] = useState<Invitation | null>(null);
  const cancel = async ({ id }: Invitation) => {
    await api.post('/api/auth/organization/cancel-invitation', { invitationId: id });
    await client.invalidateQueries({ queryKey: ['invitations'] });
  };
  const waiting = (data ?? []).filter(({ status, expiresAt }) => status === 'pending' && Date.parse(expiresAt) > Date.now());
  return waiting.map((invitation) => (
    <li key={invitation.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5">
      <Mail className="size-4 text-muted" aria-hidden />
      <span className="min-w-40 flex-1">
        <span className="block break-all">{invitation.email}</span>
        <span className="block text-xs text-muted">
          Invited as {roleNames[invitation.role].toLowerCase()}; the link ends <Moment at={invitation.expiresAt} />
        </span>
      </span>
      <CopyButton text={invitationLink(invitation)} label={`Copy the link for ${invitation.email}`} />
      <IconButton
        label={`Take back the invitation of ${invitation.email}`}
        icon={Trash2}
        onClick={() => setLeaving(invitation)}
      />
      {leaving?.id === invitation.id && (
        <Confirm
          title={`Take back the invitation of ${invitation.email}`}
          action="Take back"
          danger
          run={() => cancel(invitation)}
          onClose={() => setLeaving(null)}
        >
          <p>The link that was handed over lets nobody in any more. They can be invited again, with a new one.</p>
        </Confirm>
      )}
    </li>
  ));
}
