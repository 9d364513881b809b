import { useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { api } from '~/api.ts';
import type { ApiKey, KeyScope } from '~/api-model/settings.ts';
import type { Page } from '~/api-model.ts';
import { Button, IconButton } from '~/parts/button.tsx';
import { Confirm } from '~/parts/confirm.tsx';
import { Moment } from '~/parts/moment.tsx';
import { Problem } from '~/parts/problem.tsx';
import { useRights } from '~/parts/session.ts';
import { MakeKey } from '~/screens/settings/make-key.tsx';

const scopes: Record<KeyScope, string> = { read: 'reads', write: 'reads and changes', admin: 'everything an admin may' };

export function ApiKeys() {
  const rights = useRights();
  const client = useQueryClient();
  const [making, setMaking] = useState(false);
  const [leaving, setLeaving] = useState<ApiKey | null>(null);
  const reading = useQuery({
    queryKey: ['api-keys'],
    queryFn: async ({ signal }) => {
      const answer = await api.get<ApiKey[] | Page<ApiKey>>('/api/api-keys', {}, signal);
      return Array.isArray(answer) ? answer : answer.items;
    },
    enabled: rights.administer,
  });
  if (!rights.administer) return <p className="text-muted">Owners and admins make and delete keys.</p>;
  const remove = async (key: ApiKey) => {
    await api.delete(`/api/api-keys/${key.id}`);
    await client.invalidateQueries({ queryKey: ['api-keys'] });
  };
  if (reading.error !== null) return <Problem thrown={reading.error} reading onRetry={() => void reading.refetch()} />;
  if (reading.data === undefined) return <div className="skeleton h-20" role="status" aria-label="Loading" />;
  return (
    <>
      {reading.data.length > 0 ? (
        <ul className="divide-y divide-base-300 rounded-box border border-base-300 bg-base-100">
          {reading.data.map((key) => (
            <KeyLine key={key.id} apiKey={key} onRemove={() => setLeaving(key)} />
          ))}
        </ul>
      ) : (
        <p className="rounded-box border border-base-300 bg-base-100 px-4 py-6 text-center text-muted">No key yet.</p>
      )}
      <Button icon={Plus} onClick={() => setMaking(true)}>
        Make a key
      </Button>
      {making && <MakeKey onClose={() => setMaking(false)} />}
      {leaving !== null && (
        <Confirm
          title={`Delete ${leaving.name}`}
          action="Delete"
          danger
          run={() => remove(leaving)}
          onClose={() => setLeaving(null)}
        >
          <p>
            Programs that use <strong>{leaving.name}</strong> are turned away from now on. It cannot be brought back; a new key
            can be made.
          </p>
        </Confirm>
      )}
    </>
  );
}

const KeyLine = ({ apiKey, onRemove }: { apiKey: ApiKey; onRemove: () => void }) => (
  <li className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5">
    <KeyRound className="size-4 text-muted" aria-hidden />
    <span className="min-w-32 flex-1">
      <span className="block font-medium">{apiKey.name}</span>
      <span className="block text-xs text-muted">
        <code>{apiKey.start}…</code> · {scopes[apiKey.scope]}
      </span>
    </span>
    <span className="text-xs text-muted">
      Made <Moment at={apiKey.createdAt} />, used <Moment at={apiKey.lastUsedAt} />
    </span>
    <IconButton label={`Delete ${apiKey.name}`} icon={Trash2} onClick={onRemove} />
  </li>
);
