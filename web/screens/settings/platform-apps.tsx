import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { CircleCheck, CircleDashed, ExternalLink } from 'lucide-react';
import { useId, useState } from 'react';
import { type UseFormReturn, useForm } from 'react-hook-form';
import { toast } from 'sonner';
import { ApiProblem, api } from '~/api.ts';
import type { Platform } from '~/api-model.ts';
import { Button } from '~/parts/button.tsx';
import { CopyButton } from '~/parts/copy-button.tsx';
import { Dialog } from '~/parts/dialog.tsx';
import { Field } from '~/parts/field.tsx';
import { Moment } from '~/parts/moment.tsx';
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
            <span className="min-w-32 flex-1 max-sm:min-w-[calc(100%-3.5rem)]">
              <span className="block font-medium">{platform.name}</span>
              {platform.app.clientId !== null && (
                <span className="flex flex-wrap gap-x-3 text-xs text-muted">
                  <span className="max-w-full break-all">{platform.app.clientId}</span>
                  {platform.app.setAt !== null && (
                    <span>
                      Secret set <Moment at={platform.app.setAt} />
                    </span>
                  )}
                </span>
              )}
              <MissingFields platform={platform} />
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

/** A field that its consent page needs and that is empty. */
function MissingFields({ platform: { app, appFields } }: { platform: Platform }) {
  const missing = appFields.filter(({ name }) => (app.extra[name] ?? '') === '');
  if (!app.configured || missing.length === 0) return null;
  return <span className="block text-xs text-warning">Missing: {missing.map(({ label }) => label).join(', ')}</span>;
}

interface AppForm {
  clientId: string;
  clientSecret: string;
  extra: Record<string, string>;
}

function AppDialog({ platform, onClose }: { platform: Platform; onClose: () => void }) {
  const form = useForm<AppForm>({
    mode: 'onBlur',
    reValidateMode: 'onChange',
    defaultValues: {
      clientId: platform.app.clientId ?? '',
      clientSecret: '',
      extra: Object.fromEntries(platform.appFields.map(({ name }) => [name, platform.app.extra[name] ?? ''])),
    },
  });
  const save = useSaveApp(platform, form, onClose);
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
        <AppFields form={form} platform={platform} />
        {save.error !== null && <Problem thrown={save.error} />}
      </form>
    </Dialog>
  );
}

function useSaveApp(platform: Platform, form: UseFormReturn<AppForm>, onClose: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ clientId, clientSecret, extra }: AppForm) =>
      api.put(`/api/platforms/${platform.id}/app`, {
        clientId: clientId.trim(),
        ...(clientSecret.trim() === '' ? {} : { clientSecret: clientSecret.trim() }),
        extra,
      }),
    onSuccess: async () => {
      toast.success(`The app of ${platform.name} is saved.`);
      await client.invalidateQueries({ queryKey: ['platforms'] });
      onClose();
    },
    onError: (thrown) => {
      if (!(thrown instanceof ApiProblem)) return;
      for (const { path, message } of thrown.issues) form.setError(path as keyof AppForm, { message });
    },
  });
}

function AppFields({ form, platform }: { form: UseFormReturn<AppForm>; platform: Platform }) {
  const { errors } = form.formState;
  const { setAt } = platform.app;
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
      <Field
        label="App secret"
        help={
          setAt === null ? (
            'Stored sealed; it is not shown again.'
          ) : (
            <>
              Set <Moment at={setAt} />, not shown again. Leave it empty to keep it.
            </>
          )
        }
        error={errors.clientSecret?.message}
      >
        {(tie) => (
          <input
            {...tie}
            type="password"
            autoComplete="off"
            className="input h-9"
            {...form.register('clientSecret', setAt === null ? { required: 'Give the app secret.' } : {})}
          />
        )}
      </Field>
      {platform.appFields.map((field) => (
        <Field key={field.name} label={field.label} help={field.rule} error={errors.extra?.[field.name]?.message}>
          {(tie) => (
            <input
              {...tie}
              autoComplete="off"
              spellCheck={false}
              placeholder={field.placeholder}
              className="input h-9"
              {...form.register(`extra.${field.name}`, {
                validate: (value) => new RegExp(field.pattern, 'u').test(value.trim()) || field.rule,
              })}
            />
          )}
        </Field>
      ))}
    </>
  );
}
