import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Building2, ChevronsUpDown, LogOut, Settings, UserRound } from 'lucide-react';
import { toast } from 'sonner';
import { api, problemFrom } from '~/api.ts';
import { Menu } from '~/parts/menu.tsx';
import { useMe } from '~/parts/session.ts';

/** The organization's name; a menu where the person belongs to several. */
export function OrganizationMenu() {
  const me = useMe();
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: (organizationId: string) => api.post('/api/auth/organization/set-active', { organizationId }),
    onSuccess: () => client.resetQueries(),
    onError: (thrown) => toast.error(problemFrom(thrown).message),
  });
  if (me.organizations.length < 2) return <span className="truncate px-1 font-medium">{me.organization.name}</span>;
  return (
    <Menu
      label={`${me.organization.name}: change the organization`}
      className="btn btn-ghost h-9 min-h-9 min-w-0 px-2"
      trigger={
        <>
          <span className="truncate">{me.organization.name}</span>
          <ChevronsUpDown className="size-3.5 shrink-0 text-muted" aria-hidden />
        </>
      }
      items={me.organizations.map(({ id, name }) => ({
        label: name,
        icon: Building2,
        disabled: id === me.organization.id,
        onSelect: () => change.mutate(id),
      }))}
    />
  );
}

export function AccountMenu() {
  const me = useMe();
  const client = useQueryClient();
  const navigate = useNavigate();
  const signOut = useMutation({
    mutationFn: () => api.post('/api/auth/sign-out'),
    onSuccess: async () => {
      await navigate({ to: '/sign-in' });
      client.clear();
    },
    onError: (thrown) => toast.error(problemFrom(thrown).message),
  });
  return (
    <Menu
      label="Account"
      trigger={<UserRound className="size-4" aria-hidden />}
      head={
        <div className="mb-1 border-b border-base-300 px-2.5 pt-1 pb-2">
          <p className="font-medium">{me.user.name}</p>
          <p className="text-xs text-muted">{me.user.email}</p>
          <p className="text-xs text-muted capitalize">{me.role}</p>
        </div>
      }
      items={[
        { label: 'Settings', icon: Settings, onSelect: () => void navigate({ to: '/settings' }) },
        { label: 'Sign out', icon: LogOut, onSelect: () => signOut.mutate() },
      ]}
    />
  );
}
