import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Check, ExternalLink } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { FormProvider, type UseFormReturn } from 'react-hook-form';
import { toast } from 'sonner';
import { api } from '~/api.ts';
import type { Listing, OrganizationRules, Store } from '~/api-model.ts';
import { Button } from '~/parts/button.tsx';
import { ruleReach } from '~/parts/places.ts';
import { Problem } from '~/parts/problem.tsx';
import { amountRule, areWhole } from '~/parts/rules/rule-form.ts';
import { RulePreview } from '~/parts/rules/rule-preview.tsx';
import { useRights, useStores } from '~/parts/session.ts';
import { Sheet } from '~/parts/sheet.tsx';
import { markIssues, useStoredForm } from '~/parts/stored-form.ts';
import { listingQuery, organizationRulesQuery } from '~/queries.ts';
import { ExplainPrice, ExplainQuantity, VariantLink } from '~/screens/product-links/listing-columns.tsx';
import { PriceFields, ScheduleFields, StockFields } from '~/screens/product-links/listing-fields.tsx';
import { formOfListing, type ListingForm, ownRulesOf, patchOf } from '~/screens/product-links/listing-form.ts';
import { ListingState } from '~/screens/product-links/listing-state.tsx';
import { listingName } from '~/screens/product-links/listing-words.ts';
import { refreshListings } from '~/screens/product-links/use-listing-change.ts';

/** One link over the list: where it stands, and what is its own instead of the store's. */
export function ListingSheet({ listingId, onClose }: { listingId: string; onClose: () => void }) {
  const reading = useQuery(listingQuery(listingId));
  const { stores } = useStores();
  const store = stores.find(({ id }) => id === reading.data?.storeId);
  const rules = useQuery(organizationRulesQuery);
  if (reading.data !== undefined && store !== undefined && rules.data !== undefined)
    return <LinkSettings listing={reading.data} store={store} organization={rules.data} onClose={onClose} />;
  return (
    <Sheet title="Link" onClose={onClose}>
      {(reading.error ?? rules.error) !== null ? (
        <Problem
          thrown={reading.error ?? rules.error}
          reading
          onRetry={() => {
            void reading.refetch();
            void rules.refetch();
          }}
        />
      ) : (
        <div className="skeleton h-64" role="status" aria-label="Loading" />
      )}
    </Sheet>
  );
}

interface LinkSettingsProps {
  listing: Listing;
  store: Store;
  organization: OrganizationRules;
  onClose: () => void;
}

function LinkSettings({ listing, store, organization, onClose }: LinkSettingsProps) {
  const rights = useRights();
  const { form, becomeSaved } = useStoredForm(formOfListing(listing, store, organization));
  const save = useSave(listing, form, becomeSaved);
  const { isDirty } = form.formState;
  const formId = useId();
  return (
    <Sheet
      title={listingName(listing)}
      onClose={onClose}
      unsaved={isDirty ? 'What you changed here is not saved yet.' : null}
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
          <Standing listing={listing} />
          <fieldset disabled={!rights.write} className="min-w-0 space-y-7">
            <Section title="Sync" text="What is sent to this listing, and when.">
              <ScheduleFields />
            </Section>
            <Section title="Price" text={`What it costs on ${store.name}, in ${listing.price.currency}.`}>
              <PriceFields store={store} currency={listing.price.currency} />
            </Section>
            <Section title="Stock" text={`How many ${store.name} shows.`}>
              <StockFields store={store} />
            </Section>
            {!(store.isSource && ruleReach(store) === 'nowhere') && listing.status === 'linked' && (
              <Section title="What it would show" text="Nothing is changed before you save.">
                <RulePreview<ListingForm>
                  path={`/api/listings/${listing.id}/rules/preview`}
                  brake={null}
                  read={(form) =>
                    areWhole(form) && (form.priceBy !== 'fixed' || amountRule(form.fixedPrice) === true) ? ownRulesOf(form) : null
                  }
                />
              </Section>
            )}
          </fieldset>
        </form>
      </FormProvider>
    </Sheet>
  );
}

function Standing({ listing }: { listing: Listing }) {
  const facts: [string, ReactNode][] = [
    ['Store', listing.storeName],
    ['In your catalog', <VariantLink key="variant" listing={listing} />],
    ['SKU there', listing.sku || 'None'],
    ['State', <ListingState key="state" listing={listing} />],
    ['Price there', <ExplainPrice key="price" listing={listing} />],
    ['Units there', <ExplainQuantity key="quantity" listing={listing} />],
  ];
  return (
    <div className="space-y-3">
      <dl className="grid grid-cols-2 gap-x-4 gap-y-2 sm:grid-cols-3">
        {facts.map(([name, value]) => (
          <div key={name} className="min-w-0">
            <dt className="text-xs text-muted">{name}</dt>
            <dd className="wrap-anywhere [&>button]:-ml-2">{value}</dd>
          </div>
        ))}
      </dl>
      <p className="flex flex-wrap gap-x-4 text-xs">
        <Link to="/activity" search={{ listingId: listing.id }} className="link">
          What happened
        </Link>
        {listing.url !== null && (
          <a href={listing.url} target="_blank" rel="noreferrer" className="link inline-flex items-center gap-1">
            Open on {listing.storeName} <ExternalLink className="size-3" aria-hidden />
          </a>
        )}
      </p>
    </div>
  );
}

function Section({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="space-y-3">
      <div>
        <h3 className="text-base font-semibold">{title}</h3>
        <p className="text-xs text-muted">{text}</p>
      </div>
      {children}
    </section>
  );
}

function useSave(listing: Listing, form: UseFormReturn<ListingForm>, becomeSaved: (saved: ListingForm) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (values: ListingForm) => api.patch(`/api/listings/${listing.id}`, patchOf(values)),
    onSuccess: (_, values) => {
      becomeSaved(values);
      toast.success('Saved. What follows from it is being sent.');
    },
    onError: (thrown) => markIssues(form, thrown, { 'settings.priceOverride': 'fixedPrice' }),
    onSettled: () => refreshListings(client),
  });
}
