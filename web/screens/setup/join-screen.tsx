import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import { useForm } from 'react-hook-form';
import { api } from '~/api.ts';
import { Button } from '~/parts/button.tsx';
import { Field } from '~/parts/field.tsx';
import { Problem } from '~/parts/problem.tsx';
import { Door } from '~/screens/setup/door.tsx';
import { passwordRule, shortestPassword } from '~/screens/setup/rules.ts';

const route = getRouteApi('/join');

/** Whoever was invited comes in: with a new account, or with the one they have. */
export function JoinScreen() {
  const { invitation, email = '' } = route.useSearch();
  const router = useRouter();
  const client = useQueryClient();
  const form = useForm({ mode: 'onBlur', reValidateMode: 'onChange', defaultValues: { name: '', password: '' } });
  const { errors } = form.formState;
  const join = useMutation({
    mutationFn: async ({ name, password }: { name: string; password: string }) => {
      await api.post('/api/auth/sign-up/email', { name: name.trim(), email, password, invitationId: invitation });
      await api.post('/api/auth/organization/accept-invitation', { invitationId: invitation });
    },
    onSuccess: () => {
      client.clear();
      router.history.push('/');
    },
  });
  if (invitation === undefined || email === '')
    return <Door title="This link is not whole">Open it again just as you were given it, or ask for a new one.</Door>;
  return (
    <Door title="Join" intro={`Your account is for ${email}.`}>
      <form noValidate className="space-y-3" onSubmit={form.handleSubmit((values) => join.mutate(values))}>
        <Field label="Your name" error={errors.name?.message}>
          {(tie) => (
            <input
              {...tie}
              autoComplete="name"
              className="input h-9"
              {...form.register('name', { required: 'Give your name.' })}
            />
          )}
        </Field>
        <input type="email" autoComplete="username" value={email} readOnly hidden />
        <Field label="Password" help={`At least ${shortestPassword} characters.`} error={errors.password?.message}>
          {(tie) => (
            <input
              {...tie}
              type="password"
              autoComplete="new-password"
              className="input h-9"
              {...form.register('password', passwordRule)}
            />
          )}
        </Field>
        {join.error !== null && <Problem thrown={join.error} />}
        <Button type="submit" look="main" className="w-full" busy={join.isPending}>
          Join
        </Button>
      </form>
      <HasAccount invitation={invitation} />
    </Door>
  );
}

/** Signed in already, or with an account from before: the invitation is taken by it. */
function HasAccount({ invitation }: { invitation: string }) {
  const router = useRouter();
  const client = useQueryClient();
  const accept = useMutation({
    mutationFn: () => api.post('/api/auth/organization/accept-invitation', { invitationId: invitation }),
    onSuccess: () => {
      client.clear();
      router.history.push('/');
    },
  });
  const { href } = router.state.location;
  return (
    <div className="mt-4 space-y-2 border-t border-base-300 pt-3 text-center text-xs text-muted">
      <p>
        You have an account?{' '}
        <Link to="/sign-in" search={{ next: href }} className="link">
          Sign in
        </Link>
        , then{' '}
        <button type="button" className="link" onClick={() => accept.mutate()}>
          join with it
        </button>
        .
      </p>
      {accept.error !== null && <Problem thrown={accept.error} />}
    </div>
  );
}
