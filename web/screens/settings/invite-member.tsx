import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId } from 'react';
import { useForm } from 'react-hook-form';
import { api } from '~/api.ts';
import type { Invitation } from '~/api-model/settings.ts';
import type { Role } from '~/api-model.ts';
import { Button } from '~/parts/button.tsx';
import { CopyButton } from '~/parts/copy-button.tsx';
import { Dialog } from '~/parts/dialog.tsx';
import { Field } from '~/parts/field.tsx';
import { Problem } from '~/parts/problem.tsx';
import { useMe } from '~/parts/session.ts';
import { roleHelp, roleNames, rolesOf } from '~/screens/settings/role-names.ts';
import { emailRule } from '~/screens/setup/rules.ts';

/** Where whoever is invited gives a name and a password. */
export const invitationLink = ({ id, email }: Pick<Invitation, 'id' | 'email'>): string =>
  `${window.location.origin}/join?${new URLSearchParams({ invitation: id, email })}`;

interface InviteForm {
  email: string;
  role: Role;
}

/** Makes a link with a role; it is handed over by whatever way, no mail is sent. */
export function InviteMember({ onClose }: { onClose: () => void }) {
  const me = useMe();
  const client = useQueryClient();
  const formId = useId();
  const form = useForm<InviteForm>({ mode: 'onBlur', reValidateMode: 'onChange', defaultValues: { email: '', role: 'member' } });
  const invite = useMutation({
    mutationFn: ({ email, role }: InviteForm) =>
      api.post<Invitation>('/api/auth/organization/invite-member', { email: email.trim(), role, resend: true }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['invitations'] }),
  });
  if (invite.isSuccess) return <Made invitation={invite.data} onClose={onClose} />;
  const role = form.watch('role');
  return (
    <Dialog
      title="Invite somebody"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} look="main" busy={invite.isPending}>
            Make the link
          </Button>
        </>
      }
    >
      <form id={formId} noValidate className="space-y-3" onSubmit={form.handleSubmit((values) => invite.mutate(values))}>
        <Field label="Their e-mail" help="They sign in with it. No mail is sent." error={form.formState.errors.email?.message}>
          {(tie) => (
            <input {...tie} type="email" autoComplete="off" className="input h-9" {...form.register('email', emailRule)} />
          )}
        </Field>
        <Field label="Role" help={roleHelp[role]}>
          {(tie) => (
            <select {...tie} className="select h-9" {...form.register('role')}>
              {rolesOf(me.role).map((each) => (
                <option key={each} value={each}>
                  {roleNames[each]}
                </option>
              ))}
            </select>
          )}
        </Field>
        {invite.error !== null && <Problem thrown={invite.error} />}
      </form>
    </Dialog>
  );
}

function Made({ invitation, onClose }: { invitation: Invitation; onClose: () => void }) {
  const link = invitationLink(invitation);
  return (
    <Dialog
      title="Hand this link over"
      onClose={onClose}
      actions={
        <Button look="main" onClick={onClose}>
          Done
        </Button>
      }
    >
      <div className="space-y-2" role="status">
        <p>
          Whoever opens it joins as {roleNames[invitation.role].toLowerCase()} with the address {invitation.email}. It holds for a
          week and can be taken back.
        </p>
        <p className="flex items-center gap-1 rounded-box bg-base-200 px-3 py-2">
          <code className="min-w-0 flex-1 break-all">{link}</code>
          <CopyButton text={link} label="Copy the link" />
        </p>
      </div>
    </Dialog>
  );
}
