import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArrowUpRight } from 'lucide-react';
import { useForm } from 'react-hook-form';
import { toast } from 'sonner';
import { ApiProblem, api } from '~/api.ts';
import type { AuthField, AuthScheme, Platform, Store } from '~/api-model.ts';
import { Button } from '~/parts/button.tsx';
import { Field } from '~/parts/field.tsx';
import { Problem } from '~/parts/problem.tsx';
import { beginConsent } from '~/screens/integrations/begin-consent.ts';

type Values = Record<string, string>;

interface SchemeFormProps {
  platform: Platform;
  scheme: AuthScheme;
  /** Of a practice store. */
  baseUrl: string | null;
  /** Values that need not be typed. */
  known: Values;
  onClose: () => void;
}

/** One way of connecting: its help, its fields with their rules, and the step that follows. */
export function SchemeForm({ platform, scheme, baseUrl, known, onClose }: SchemeFormProps) {
  const form = useForm<Values>({
    mode: 'onBlur',
    reValidateMode: 'onChange',
    defaultValues: Object.fromEntries(scheme.fields.map((field) => [field.name, known[field.name] ?? ''])),
  });
  const connect = useConnect({ platform, scheme, baseUrl, onClose }, (path, message) => form.setError(path, { message }));
  const leaves = scheme.kind === 'oauth2';
  // A practice store brings the app that it knows along.
  if (leaves && baseUrl === null && !platform.app.configured) return <AppMissing platform={platform} scheme={scheme} />;
  return (
    <form noValidate className="space-y-3" onSubmit={form.handleSubmit((values) => connect.mutate(trimmed(values)))}>
      <p className="text-muted">{scheme.help}</p>
      {scheme.fields.map((field) => (
        <Field key={field.name} label={field.label} help={field.rule} error={form.formState.errors[field.name]?.message}>
          {(tie) => (
            <input
              {...tie}
              type={field.secret ? 'password' : 'text'}
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
              placeholder={field.placeholder}
              className="input h-9"
              {...form.register(field.name, { validate: (value) => problemOf(field, value) })}
            />
          )}
        </Field>
      ))}
      {connect.error !== null && <Problem thrown={connect.error} />}
      <Button type="submit" look="main" className="w-full" icon={leaves ? ArrowUpRight : undefined} busy={connect.isPending}>
        {leaves ? `Continue at ${platform.name}` : 'Check and connect'}
      </Button>
      <p className="text-xs text-muted">
        {leaves
          ? 'You come back here after you have agreed.'
          : 'The credentials are tried with a real call before they are saved, and stored sealed.'}
      </p>
    </form>
  );
}

const trimmed = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value.trim()]));

/** The manifest's rule, as a sentence when it is broken. */
function problemOf(field: AuthField, value: string): true | string {
  const typed = value.trim();
  if (new RegExp(field.pattern, 'u').test(typed)) return true;
  return typed === '' ? `${field.label} is needed. ${field.rule}` : field.rule;
}

type Attempt = Omit<SchemeFormProps, 'known'>;

function useConnect({ platform, scheme, baseUrl, onClose }: Attempt, onIssue: (path: string, message: string) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (fields: Values) => {
      if (scheme.kind !== 'oauth2')
        return api.post<Store>('/api/stores', { platform: platform.id, scheme: scheme.kind, fields, baseUrl });
      await beginConsent({ platform: platform.id, fields, baseUrl });
      return null;
    },
    onSuccess: async (store) => {
      if (store === null) return;
      toast.success(`${store.name} is connected. Its goods are being read.`);
      await client.invalidateQueries();
      onClose();
    },
    onError: (thrown) => {
      if (!(thrown instanceof ApiProblem)) return;
      for (const { path, message } of thrown.issues) onIssue(path.replace(/^fields\./, ''), message);
    },
  });
}

function AppMissing({ platform, scheme }: { platform: Platform; scheme: AuthScheme }) {
  return (
    <div className="space-y-3">
      <p className="text-muted">{scheme.help}</p>
      <p>
        {platform.name} asks which app is connecting. Register one there with the address below, then enter its id and secret once
        in the settings.
      </p>
      <p className="text-xs break-all">
        <span className="text-muted">Redirect address: </span>
        <code>{platform.callbackUrl}</code>
      </p>
      <Link to="/settings" hash="platform-apps" className="btn btn-primary h-9 min-h-9">
        Enter the app in the settings
      </Link>
    </div>
  );
}
