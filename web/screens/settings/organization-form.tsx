import { useMutation, useQueryClient } from '@tanstack/react-query';
import { toast } from 'sonner';
import { api } from '~/api.ts';
import { Button } from '~/parts/button.tsx';
import { Field } from '~/parts/field.tsx';
import { timezones } from '~/parts/places-and-currencies.ts';
import { Problem } from '~/parts/problem.tsx';
import { useMe, useRights, useStores } from '~/parts/session.ts';
import { useStoredForm } from '~/parts/stored-form.ts';

/** What the business is called and where its days begin; the rest is told. */
export function OrganizationForm() {
  const { organization, role, user } = useMe();
  const rights = useRights();
  const client = useQueryClient();
  const { stores } = useStores();
  const source = stores.find(({ id }) => id === organization.sourceStoreId);
  const { name, timezone } = organization;
  const { form, becomeSaved } = useStoredForm({ name, timezone });
  const save = useMutation({
    mutationFn: (values: { name: string; timezone: string }) =>
      api.patch('/api/organization', { name: values.name.trim(), timezone: values.timezone }),
    onSuccess: (_, values) => {
      becomeSaved(values);
      toast.success('Saved.');
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['me'] }),
  });
  const { errors, isDirty } = form.formState;
  return (
    <form
      noValidate
      className="space-y-3 rounded-box border border-base-300 bg-base-100 p-4"
      onSubmit={form.handleSubmit((values) => save.mutate(values))}
    >
      <fieldset disabled={!rights.administer} className="grid gap-3 sm:grid-cols-2">
        <Field label="Business name" error={errors.name?.message}>
          {(tie) => (
            <input
              {...tie}
              autoComplete="organization"
              className="input h-9"
              {...form.register('name', { validate: (text) => text.trim() !== '' || 'Give your business a name.' })}
            />
          )}
        </Field>
        <Field label="Time zone">
          {(tie) => (
            <select {...tie} className="select h-9" {...form.register('timezone')}>
              {!timezones().includes(timezone) && <option value={timezone}>{timezone}</option>}
              {timezones().map((zone) => (
                <option key={zone} value={zone}>
                  {zone.replaceAll('_', ' ')}
                </option>
              ))}
            </select>
          )}
        </Field>
      </fieldset>
      <dl className="grid gap-x-4 gap-y-2 sm:grid-cols-3">
        <Fact name="Currency" value={organization.currency} />
        <Fact name="Price and stock owned by" value={source?.name ?? 'StoreSync'} />
        <Fact name="You" value={`${user.name} (${role})`} />
      </dl>
      {save.error !== null && <Problem thrown={save.error} />}
      {rights.administer && (
        <Button type="submit" look="main" busy={save.isPending} disabled={!isDirty}>
          Save
        </Button>
      )}
    </form>
  );
}

const Fact = ({ name, value }: { name: string; value: string }) => (
  <div className="min-w-0">
    <dt className="text-xs text-muted">{name}</dt>
    <dd className="break-words">{value}</dd>
  </div>
);
