import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Activity, KeyRound, MoreHorizontal, Pause, Play, RefreshCw, Settings2, Stethoscope, Unplug } from 'lucide-react';
import { toast } from 'sonner';
import { api, problemFrom } from '~/api.ts';
import type { Store } from '~/api-model.ts';
import { Button } from '~/parts/button.tsx';
import { Menu, type MenuItem } from '~/parts/menu.tsx';
import { useNow } from '~/parts/moment.tsx';
import { useRights } from '~/parts/session.ts';
import { toReconnect } from '~/screens/integrations/permission.ts';

type Act = 'pause' | 'resume' | 'sync' | 'test';

const said: Record<Act, (name: string) => string> = {
  pause: (name) => `${name} is paused. Nothing is sent to it until it is resumed.`,
  resume: (name) => `${name} is resumed. It is read first, then brought up to date.`,
  sync: (name) => `${name} is being synced.`,
  test: (name) => `${name} answers and its credentials are good.`,
};

export function StoreActs({ store }: { store: Store }) {
  const rights = useRights();
  const navigate = useNavigate();
  const client = useQueryClient();
  const asked = toReconnect(store, useNow());
  const act = useMutation({
    mutationFn: (name: Act) => api.post(`/api/stores/${store.id}/${name}`),
    onSuccess: (_, name) => toast(said[name](store.name)),
    onError: (thrown) => toast.error(problemFrom(thrown).message),
    onSettled: () => client.invalidateQueries({ queryKey: ['stores'] }),
  });
  const reconnect = () =>
    void navigate({
      to: '/integrations',
      search: { connect: store.platform, ...(store.practice ? { practice: 'yes' as const } : {}) },
    });
  const items: MenuItem[] = [
    {
      label: 'Settings',
      icon: Settings2,
      onSelect: () => void navigate({ to: '/integrations', search: { settings: store.id } }),
    },
    { label: 'Activity', icon: Activity, onSelect: () => void navigate({ to: '/activity', search: { storeId: store.id } }) },
  ];
  if (rights.write && store.status !== 'disconnected') {
    items.push({ label: 'Test the connection', icon: Stethoscope, onSelect: () => act.mutate('test') });
    if (!asked) items.push({ label: 'Reconnect', icon: KeyRound, onSelect: reconnect });
    if (store.status === 'active') items.push({ label: 'Pause', icon: Pause, onSelect: () => act.mutate('pause') });
    if (rights.administer)
      items.push({
        label: 'Disconnect',
        icon: Unplug,
        danger: true,
        onSelect: () => void navigate({ to: '/integrations', search: { leave: store.id } }),
      });
  }
  return (
    <>
      {rights.write && store.status === 'active' && (
        <Button small icon={RefreshCw} busy={act.isPending && act.variables === 'sync'} onClick={() => act.mutate('sync')}>
          Sync now
        </Button>
      )}
      {rights.write && store.status === 'paused' && (
        <Button small icon={Play} busy={act.isPending} onClick={() => act.mutate('resume')}>
          Resume
        </Button>
      )}
      {rights.write && asked && (
        <Button small look="main" icon={KeyRound} onClick={reconnect}>
          Reconnect
        </Button>
      )}
      <Menu label={`More for ${store.name}`} trigger={<MoreHorizontal className="size-4" aria-hidden />} items={items} />
    </>
  );
}
