import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api } from '~/api.ts';
import type { KeyScope } from '~/api-model/settings.ts';
import { Button } from '~/parts/button.tsx';
import { CopyButton } from '~/parts/copy-button.tsx';
import { Dialog } from '~/parts/dialog.tsx';
import { Field } from '~/parts/field.tsx';
import { Problem } from '~/parts/problem.tsx';

/** Makes a key. Its secret is in the answer once and nowhere afterwards. */
export function MakeKey({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const formId = useId();
  const make = useMutation({
    mutationFn: (wanted: { name: string; scope: KeyScope }) => api.post<{ secret: string }>('/api/api-keys', wanted),
    onSuccess: () => client.invalidateQueries({ queryKey: ['api-keys'] }),
  });
  if (make.isSuccess) return <Made secret={make.data.secret} onClose={onClose} />;
  return (
    <Dialog
      title="Make an API key"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} look="main" busy={make.isPending}>
            Make the key
          </Button>
        </>
      }
    >
      <div className="space-y-3">
        <KeyForm id={formId} onSubmit={make.mutate} />
        {make.error !== null && <Problem thrown={make.error} />}
      </div>
    </Dialog>
  );
}

function KeyForm({ id, onSubmit }: { id: string; onSubmit: (wanted: { name: string; scope: KeyScope }) => void }) {
  const [name, setName] = useState('');
  const [scope, setScope] = useState<KeyScope>('read');
  const [left, setLeft] = useState(false);
  const missing = name.trim() === '';
  return (
    <form
      id={id}
      className="space-y-3"
      onSubmit={(event) => {
        event.preventDefault();
        setLeft(true);
        if (!missing) onSubmit({ name: name.trim(), scope });
      }}
    >
      <Field
        label="What is it for?"
        error={left && missing ? 'Give the key a name, such as the program that uses it.' : undefined}
      >
        {(tie) => (
          <input
            {...tie}
            value={name}
            maxLength={80}
            onChange={(event) => setName(event.target.value)}
            onBlur={() => setLeft(name !== '')}
            className="input h-9"
          />
        )}
      </Field>
      <Field label="What may it do?">
        {(tie) => (
          <select {...tie} className="select h-9" value={scope} onChange={(event) => setScope(event.target.value as KeyScope)}>
            <option value="read">Read only</option>
            <option value="write">Read and change, as a member</option>
            <option value="admin">Everything an admin may</option>
          </select>
        )}
      </Field>
    </form>
  );
}

function Made({ secret, onClose }: { secret: string; onClose: () => void }) {
  return (
    <Dialog
      title="Copy the key now"
      onClose={onClose}
      actions={
        <Button look="main" onClick={onClose}>
          I have copied it
        </Button>
      }
    >
      <div className="space-y-2" role="status">
        <p>It is shown this once. Keep it like a password.</p>
        <p className="flex items-center gap-1 rounded-box bg-base-200 px-3 py-2">
          <code className="min-w-0 flex-1 break-all">{secret}</code>
          <CopyButton text={secret} label="Copy the key" />
        </p>
      </div>
    </Dialog>
  );
}
