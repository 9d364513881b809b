import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type UseFormReturn, useForm } from 'react-hook-form';
import { ApiProblem, api } from '~/api.ts';
import { Button } from '~/parts/button.tsx';
import { Field } from '~/parts/field.tsx';
import { currencies, guessCurrency, guessTimezone, timezones } from '~/parts/places-and-currencies.ts';
import { Problem } from '~/parts/problem.tsx';
import { Door } from '~/screens/setup/door.tsx';
import { emailRule, passwordRule, shortestPassword } from '~/screens/setup/rules.ts';

interface Values {
  name: string;
  email: string;
  password: string;
  organizationName: string;
  currency: string;
  timezone: string;
}

/** First run: makes the owner and the organization, signed in at once. */
export function SetupScreen() {
  const navigate = useNavigate();
  const client = useQueryClient();
  const timezone = guessTimezone();
  const form = useForm<Values>({
    mode: 'onBlur',
    reValidateMode: 'onChange',
    defaultValues: {
      name: '',
      email: '',
      password: '',
      organizationName: '',
      currency: guessCurrency(navigator.language, timezone),
      timezone,
    },
  });
  const create = useMutation({
    mutationFn: (values: Values) => api.post('/api/setup', values),
    onSuccess: async () => {
      client.clear();
      await navigate({ to: '/start' });
    },
    onError: (thrown) => {
      if (!(thrown instanceof ApiProblem)) return;
      for (const issue of thrown.issues)
        if (issue.path in form.getValues()) form.setError(issue.path as keyof Values, { message: issue.message });
    },
  });
  return (
    <Door
      title="Welcome"
      intro="One account and one business to begin with. Their names and the time zone can be changed later, the currency cannot."
    >
      <form noValidate className="space-y-3" onSubmit={form.handleSubmit((values) => create.mutate(values))}>
        <PersonFields form={form} />
        <BusinessFields form={form} />
        {create.error !== null && <Problem thrown={create.error} />}
        <Button type="submit" look="main" className="w-full" busy={create.isPending}>
          Start
        </Button>
      </form>
    </Door>
  );
}

type Form = UseFormReturn<Values>;
const messageOf = (form: Form, name: keyof Values) => form.formState.errors[name]?.message;

function PersonFields({ form }: { form: Form }) {
  return (
    <>
      <Field label="Your name" error={messageOf(form, 'name')}>
        {(tie) => (
          <input {...tie} autoComplete="name" className="input h-9" {...form.register('name', { required: 'Give your name.' })} />
        )}
      </Field>
      <Field label="E-mail" error={messageOf(form, 'email')}>
        {(tie) => (
          <input {...tie} type="email" autoComplete="username" className="input h-9" {...form.register('email', emailRule)} />
        )}
      </Field>
      <Field label="Password" help={`At least ${shortestPassword} characters.`} error={messageOf(form, 'password')}>
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
    </>
  );
}

function BusinessFields({ form }: { form: Form }) {
  return (
    <>
      <Field label="Business name" error={messageOf(form, 'organizationName')}>
        {(tie) => (
          <input
            {...tie}
            autoComplete="organization"
            className="input h-9"
            {...form.register('organizationName', { required: 'Give your business a name.' })}
          />
        )}
      </Field>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label="Currency" help="Of your own prices." error={messageOf(form, 'currency')}>
          {(tie) => (
            <select {...tie} className="select h-9" {...form.register('currency')}>
              {currencies().map(({ code, name }) => (
                <option key={code} value={code}>
                  {code}, {name}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Time zone" error={messageOf(form, 'timezone')}>
          {(tie) => (
            <select {...tie} className="select h-9" {...form.register('timezone')}>
              {timezones().map((zone) => (
                <option key={zone} value={zone}>
                  {zone.replaceAll('_', ' ')}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
    </>
  );
}
