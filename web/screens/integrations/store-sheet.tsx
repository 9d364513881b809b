import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Check } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { FormProvider, type UseFormReturn, useFormContext, useWatch } from 'react-hook-form';
import { toast } from 'sonner';
import { api } from '~/api.ts';
import type { OrganizationRules, Store } from '~/api-model.ts';
import { Button } from '~/parts/button.tsx';
import { Choice } from '~/parts/choice.tsx';
import { ruleReach } from '~/parts/places.ts';
import { Problem } from '~/parts/problem.tsx';
import { PriceRuleFields } from '~/parts/rules/price-rule-fields.tsx';
import { areWhole } from '~/parts/rules/rule-form.ts';
import { RulePreview } from '~/parts/rules/rule-preview.tsx';
import { StockRuleFields } from '~/parts/rules/stock-rule-fields.tsx';
import { useRights } from '~/parts/session.ts';
import { Sheet } from '~/parts/sheet.tsx';
import { markIssues, useStoredForm } from '~/parts/stored-form.ts';
import { locationsQuery, organizationRulesQuery } from '~/queries.ts';
import { listed, nameOf } from '~/screens/integrations/place-words.ts';
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
  const [locationsChanged, setLocationsChanged] = useState(false);
  const formId = useId();
  return (
    <Sheet
      title={`Settings of ${store.name}`}
      onClose={onClose}
      unsaved={unsavedWords(isDirty, locationsChanged)}
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
              <StockRuleReach store={store} />
            </Section>
            <Section title="What the rules do" text="Nothing is changed before you save.">
              <StoreRulePreview store={store} />
            </Section>
            <DriftSection store={store} />
            <Section title="Brakes" text="What waits for a person before it is sent.">
              <BrakeFields />
            </Section>
          </fieldset>
        </form>
      </FormProvider>
      <div className="mt-7">
        <Section title="Locations" text="Saved on their own: what of your stock it sells, and where it shows it.">
          <StoreLocations store={store} onChanged={setLocationsChanged} />
        </Section>
      </div>
    </Sheet>
  );
}

function unsavedWords(settings: boolean, locations: boolean): string | null {
  if (settings) return 'What you changed here is not saved yet.';
  return locations ? 'The locations that you changed are not saved yet.' : null;
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

/** No rule stands between where a store shows what it counts itself. */
function StockRuleReach({ store }: { store: Store }) {
  const reach = ruleReach(store);
  const counts = useCounted(store);
  if (reach === 'nowhere')
    return (
      <p className="text-muted">
        {store.name} counts {counts} itself and shows that as it is: no stock rule stands between.
      </p>
    );
  return (
    <>
      {reach === 'elsewhere' && (
        <p className="text-muted">
          {store.name} counts {counts} itself and shows that as it is. The rule is for what it shows of your other locations.
        </p>
      )}
      <StockRuleChoice store={store} />
    </>
  );
}

/** The names of our locations that a store counts. */
function useCounted({ countsLocationIds }: Store): string {
  const { data: locations } = useQuery(locationsQuery);
  if (locations === undefined) return 'a location of yours';
  return listed(countsLocationIds.map((id) => nameOf(locations, id)));
}

function DriftSection({ store }: { store: Store }) {
  const names = [
    ...(store.isSource ? [] : (['driftPrice'] as const)),
    ...(ruleReach(store) === 'nowhere' ? [] : (['driftQuantity'] as const)),
  ];
  if (names.length === 0) return null;
  const [what, rest] =
    names.length === 2
      ? ['a price or quantity', '']
      : store.isSource
        ? ['a quantity', ' where StoreSync counts']
        : ['a price', ''];
  return (
    <Section
      title="When something is changed there"
      text={`Somebody changes ${what} on the store itself${rest}. What is found stands under Activity, Differences.`}
    >
      <DriftFields names={names} />
    </Section>
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
  const reach = ruleReach(store);
  if (store.isSource && reach === 'nowhere')
    return (
      <p className="text-muted">
        Its prices are yours and it counts what it shows: these are your own figures, and no rule stands between.
      </p>
    );
  if (store.counts.linked === 0) return <p className="text-muted">Nothing is linked yet, so there is nothing to show.</p>;
  return (
    <>
      {store.isSource && <p className="text-muted">Its prices are yours: only the stock rule changes something here.</p>}
      {!store.isSource && reach === 'nowhere' && (
        <p className="text-muted">It counts what it shows itself: only the price rule changes something here.</p>
      )}
      <RulePreview<StoreForm>
        path={`/api/stores/${store.id}/rules/preview`}
        brake={store.settings}
        read={(form) => (areWhole(form) ? rulesOf(form) : null)}
      />
    </>
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
    onError: (thrown) => markIssues(form, thrown),
    onSettled: () => client.invalidateQueries(),
  });
}
