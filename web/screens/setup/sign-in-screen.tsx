import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useForm } from 'react-hook-form';
import { ApiProblem, api } from '~/api.ts';
import { Button } from '~/parts/button.tsx';
import { Field } from '~/parts/field.tsx';
import { Problem } from '~/parts/problem.tsx';
import { Door } from '~/screens/setup/door.tsx';
import { emailRule } from '~/screens/setup/rules.ts';

const route = getRouteApi('/sign-in');

/** Only a path of this app: a link must not lead elsewhere after signing in. */
const safePath = (next: string | undefined): string => (next !== undefined && /^\/(?![/\\])/.test(next) ? next : '/');

export function SignInScreen() {
  const { next } = route.useSearch();
  const router = useRouter();
  const client = useQueryClient();
  const form = useForm({ mode: 'onBlur', reValidateMode: 'onChange', defaultValues: { email: '', password: '' } });
  const signIn = useMutation({
    mutationFn: (values: { email: string; password: string }) => api.post('/api/auth/sign-in/email', values),
    onSuccess: () => {
      client.clear();
      const path = safePath(next);
      // The server's own addresses, such as the way back from a platform's consent page, are no pages of this app.
      if (path.startsWith('/api/')) window.location.assign(path);
      else router.history.push(path);
    },
  });
  const wrong = signIn.error instanceof ApiProblem && (signIn.error.status === 401 || signIn.error.status === 403);
  const { errors } = form.formState;
  return (
    <Door title="Sign in">
      <form noValidate className="space-y-3" onSubmit={form.handleSubmit((values) => signIn.mutate(values))}>
        <Field label="E-mail" error={errors.email?.message}>
          {(tie) => (
            <input {...tie} type="email" autoComplete="username" className="input h-9" {...form.register('email', emailRule)} />
          )}
        </Field>
        <Field label="Password" error={errors.password?.message}>
          {(tie) => (
            <input
              {...tie}
              type="password"
              autoComplete="current-password"
              className="input h-9"
              {...form.register('password', { required: 'Give your password.' })}
            />
          )}
        </Field>
        {wrong ? (
          <p role="alert" className="text-error">
            This e-mail and password do not belong together. Check both and try again.
          </p>
        ) : (
          signIn.error !== null && <Problem thrown={signIn.error} />
        )}
        <Button type="submit" look="main" className="w-full" busy={signIn.isPending}>
          Sign in
        </Button>
      </form>
    </Door>
  );
}
