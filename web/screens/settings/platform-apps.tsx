import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { CircleCheck, CircleDashed, ExternalLink } from 'lucide-react';
import { useId, useState } from 'react';
import { type UseFormReturn, useForm } from 'react-hook-form';
import { toast } from 'sonner';
import { api } from '~/api.ts';
import type { Platform } from '~/api-model.ts';
import { Button } from '~/parts/button.tsx';
import { CopyButton } from '~/parts/copy-button.tsx';
import { Dialog } from '~/parts/dialog.tsx';
import { Field } from '~/parts/field.tsx';
import { PlatformBadge } from '~/parts/platform-badge.tsx';
import { Problem } from '~/parts/problem.tsx';
import { useRights } from '~/parts/session.ts';
import { State } from '~/parts/state.tsx';
import { platformsQuery } from '~/queries.ts';

const noApp = { word: 'Not entered', icon: CircleDashed, tone: 'none' } as const;
const hasApp = { word: 'Entered here', icon: CircleCheck, tone: 'good' } as const;
const fromEnvironment = { word: 'Set by the server', icon: CircleCheck, tone: 'good' } as const;

export function PlatformApps() {
  const reading = useQuery(platformsQuery);
  const rights = useRights();
  const [editing, setEditing] = useState<Platform | null>(null);
  if (reading.error !== null) return <Problem thrown={reading.error} reading onRetry={() => void reading.refetch()} />;
  if (reading.data === undefined) return <div className="skeleton h-28" role="status" aria-label="Loading" />;
  return (
    <>
      <ul className="divide-y divide-base-300 rounded-box border border-base-300 bg-base-100">
        {reading.data.map((platform) => (
          <li key={platform.id} className="flex flex-wrap items-center gap-3 px-4 py-2.5">
            <PlatformBadge badge={platform.badge} />
            <span className="min-w-32 flex-1">
              <span className="block font-medium">{platform.name}</span>
              {platform.app.clientId !== null && (
                <span className="block text-xs break-all text-muted">{platform.app.clientId}</span>
              )}
            </span>
            <State face={!platform.app.configured ? noApp : platform.app.source === 'environment' ? fromEnvironment : hasApp} />
            {rights.administer && platform.app.source !== 'environment' && (
              <Button
                small
                onClick={() => setEditing(platform)}
                aria-label={`${platform.app.configured ? 'Change' : 'Enter'} the app of ${platform.name}`}
              >
                {platform.app.configured ? 'Change' : 'Enter'}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {editing !== null && <AppDialog platform={editing} onClose={() => setEditing(null)} />}
    </>
  );
}

interface AppForm {
  clientId: string;
  clientSecret: string;
}

function AppDialog({ platform, onClose }: { platform: Platform; onClose: () => void }) {
  const client = useQueryClient();
  const form = useForm<AppForm>({
    mode: 'onBlur',
    reValidateMode: 'onChange',
    defaultValues: { clientId: platform.app.clientId ?? '', clientSecret: '' },
  });
  const save = useMutation({
    mutationFn: (values: AppForm) =>
      api.put(`/api/platforms/${platform.id}/app`, {
        clientId: values.clientId.trim(),
        clientSecret: values.clientSecret.trim(),
        extra: {},
      }),
    onSuccess: async () => {
      toast.success(`The app of ${platform.name} is saved.`);
      await client.invalidateQueries({ queryKey: ['platforms'] });
      onClose();
    },
  });
  const formId = useId();
  return (
    <Dialog
      title={`App of ${platform.name}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} look="main" busy={save.isPending}>
            Save
          </Button>
        </>
      }
    >
      <form id={formId} noValidate className="space-y-3" onSubmit={form.handleSubmit((values) => save.mutate(values))}>
        <p className="text-muted">
          Register an app at {platform.name} with this redirect address, then copy its id and secret from there.{' '}
          <a href={platform.docsUrl} target="_blank" rel="noreferrer" className="link inline-flex items-center gap-1">
            How to <ExternalLink className="size-3" aria-hidden />
          </a>
        </p>
        <p className="flex items-center gap-1 rounded-box bg-base-200 px-3 py-2 text-xs">
          <code className="min-w-0 flex-1 break-all">{platform.callbackUrl}</code>
          <CopyButton text={platform.callbackUrl} label="Copy the redirect address" />
        </p>
        <AppFields form={form} />
        {save.error !== null && <Problem thrown={save.error} />}
      </form>
    </Dialog>
  );
}

function AppFields({ form }: { form: UseFormReturn<AppForm> }) {
  const { errors } = form.formState;
  return (
    <>
      <Field label="App id" help="Also called client id or app key." error={errors.clientId?.message}>
        {(tie) => (
          <input
            {...tie}
            autoComplete="off"
            spellCheck={false}
            className="input h-9"
            {...form.register('clientId', { required: 'Give the app id.' })}
          />
        )}
      </Field>
      <Field label="App secret" help="Stored sealed; it is not shown again." error={errors.clientSecret?.message}>
        {(tie) => (
          <input
            {...tie}
            type="password"
            autoComplete="off"
            className="input h-9"
            {...form.register('clientSecret', { required: 'Give the app secret.' })}
          />
        )}
      </Field>
    </>
  );
}
