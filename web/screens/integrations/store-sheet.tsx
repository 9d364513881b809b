import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Check } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { FormProvider, type UseFormReturn, useFormContext, useWatch } from 'react-hook-form';
import { toast } from 'sonner';
import { ApiProblem, api } from '~/api.ts';
import type { OrganizationRules, Store } from '~/api-model.ts';
import { Button } from '~/parts/button.tsx';
import { Choice } from '~/parts/choice.tsx';
import { Problem } from '~/parts/problem.tsx';
import { PriceRuleFields } from '~/parts/rules/price-rule-fields.tsx';
import { areWhole } from '~/parts/rules/rule-form.ts';
import { RulePreview } from '~/parts/rules/rule-preview.tsx';
import { StockRuleFields } from '~/parts/rules/stock-rule-fields.tsx';
import { useRights } from '~/parts/session.ts';
import { Sheet } from '~/parts/sheet.tsx';
import { useStoredForm } from '~/parts/stored-form.ts';
import { organizationRulesQuery } from '~/queries.ts';
import { StatedRate } from '~/screens/integrations/stated-rate.tsx';
import { BrakeFields, DriftFields, RoleFields, SyncFields } from '~/screens/integrations/store-fields.tsx';
import { formOf, rulesOf, type StoreForm, settingsOf } from '~/screens/integrations/store-form.ts';
import { StoreLocations } from '~/screens/integrations/store-locations.tsx';

/** A store's own settings. Saved together, so that a rule is never half changed. */
export function StoreSheet({ store, onClose }: { store: Store; onClose: () => void }) {
  const reading = useQuery(organizationRulesQuery);
  if (reading.data !== undefined) return <StoreSettingsSheet store={store} organization={reading.data} onClose={onClose} />;
  return (
    <Sheet title={`Settings of ${store.name}`} onClose={onClose}>
      {reading.error !== null ? (
        <Problem thrown={reading.error} reading onRetry={() => void reading.refetch()} />
      ) : (
        <div className="skeleton h-64" role="status" aria-label="Loading" />
      )}
    </Sheet>
  );
}

interface SettingsProps {
  store: Store;
  organization: OrganizationRules;
  onClose: () => void;
}

function StoreSettingsSheet({ store, organization, onClose }: SettingsProps) {
  const rights = useRights();
  const { form, becomeSaved } = useStoredForm(formOf(store, organization));
  const save = useSave(store, form, becomeSaved);
  const { isDirty } = form.formState;
  const formId = useId();
  return (
    <Sheet
      title={`Settings of ${store.name}`}
      onClose={onClose}
      footer={
        rights.write && (
          <>
            {save.error !== null && (
              <div className="w-full">
                <Problem thrown={save.error} />
              </div>
            )}
            <span className="mr-auto text-xs text-muted">{isDirty ? 'Not saved yet' : ''}</span>
            <Button onClick={() => form.reset()} disabled={!isDirty}>
              Undo changes
            </Button>
            <Button type="submit" form={formId} look="main" icon={Check} busy={save.isPending} disabled={!isDirty}>
              Save
            </Button>
          </>
        )
      }
    >
      <FormProvider {...form}>
        <form id={formId} noValidate onSubmit={form.handleSubmit((values) => save.mutate(values))} className="space-y-7">
          <fieldset disabled={!rights.write} className="min-w-0 space-y-7">
            <Section title="This store">
              <RoleFields store={store} />
            </Section>
            <Section title="Sync" text="What is sent to this store, and how often it is read.">
              <SyncFields store={store} />
            </Section>
            <Section
              title="Price rule"
              text={`How a price on this store (in ${store.currency}) follows from yours, step by step.`}
            >
              <StatedRate currency={store.currency} />
              <PriceRuleChoice store={store} />
            </Section>
            <Section title="Stock rule" text="How the quantity on this store follows from what is available.">
              <StockRuleChoice store={store} />
            </Section>
            <Section title="What the rules do" text="Nothing is changed before you save.">
              <StoreRulePreview store={store} />
            </Section>
            {!store.isSource && (
              <Section
                title="When something is changed there"
                text="Somebody changes a price or quantity on the store itself. What is found stands under Activity, Differences."
              >
                <DriftFields />
              </Section>
            )}
            <Section title="Brakes" text="What waits for a person before it is sent.">
              <BrakeFields />
            </Section>
          </fieldset>
        </form>
      </FormProvider>
      <div className="mt-7">
        <Section title="Locations" text="Saved on their own: where the stock of this store comes from.">
          <StoreLocations store={store} />
        </Section>
      </div>
    </Sheet>
  );
}

const follows = [
  ['organization', "The organization's rule"],
  ['own', 'A rule of its own'],
] as const;

function PriceRuleChoice({ store }: { store: Store }) {
  const { control } = useFormContext<StoreForm>();
  const by = useWatch({ control, name: 'priceBy' });
  return (
    <>
      <Choice<StoreForm> name="priceBy" label="Price rule" options={follows} />
      {by === 'own' ? <PriceRuleFields currency={store.currency} timeZone={store.timezone} /> : <OrganizationRulesLink />}
    </>
  );
}

function StockRuleChoice({ store }: { store: Store }) {
  const { control } = useFormContext<StoreForm>();
  const by = useWatch({ control, name: 'stockBy' });
  return (
    <>
      <Choice<StoreForm> name="stockBy" label="Stock rule" options={follows} />
      {by === 'own' ? <StockRuleFields storeId={store.id} /> : <OrganizationRulesLink />}
    </>
  );
}

const OrganizationRulesLink = () => (
  <p className="text-xs text-muted">
    It stands in the{' '}
    <Link to="/settings" hash="rules" className="link">
      settings of the organization
    </Link>
    , for every store that has none of its own.
  </p>
);

function StoreRulePreview({ store }: { store: Store }) {
  if (store.isSource)
    return <p className="text-muted">This store owns price and stock: it shows your own figures, and no rule stands between.</p>;
  if (store.counts.linked === 0) return <p className="text-muted">Nothing is linked yet, so there is nothing to show.</p>;
  return (
    <RulePreview<StoreForm>
      path={`/api/stores/${store.id}/rules/preview`}
      brake={store.settings.brakeListings}
      read={(form) => (areWhole(form) ? rulesOf(form) : null)}
    />
  );
}

function Section({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="space-y-3">
      <div>
        <h3 className="text-base font-semibold">{title}</h3>
        {text !== undefined && <p className="text-xs text-muted">{text}</p>}
      </div>
      {children}
    </section>
  );
}

function useSave(store: Store, form: UseFormReturn<StoreForm>, becomeSaved: (saved: StoreForm) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (values: StoreForm) =>
      api.patch<Store>(`/api/stores/${store.id}`, {
        name: values.name.trim(),
        ...(values.isPrimary === store.isPrimary ? {} : { isPrimary: values.isPrimary }),
        ...(values.isSource === store.isSource ? {} : { isSource: values.isSource }),
        settings: settingsOf(values),
      }),
    onSuccess: (_, values) => {
      becomeSaved(values);
      toast.success('Saved. What follows from it is being sent.');
    },
    onError: (thrown) => {
      if (!(thrown instanceof ApiProblem)) return;
      for (const { path, message } of thrown.issues)
        form.setError((path.split('.').at(-1) ?? path) as keyof StoreForm, { message });
    },
    onSettled: () => client.invalidateQueries(),
  });
}
