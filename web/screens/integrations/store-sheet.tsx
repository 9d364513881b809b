import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Check } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { FormProvider, useForm } from 'react-hook-form';
import { toast } from 'sonner';
import { ApiProblem, api } from '~/api.ts';
import type { Store } from '~/api-model.ts';
import { Button } from '~/parts/button.tsx';
import { Problem } from '~/parts/problem.tsx';
import { PriceRuleFields } from '~/parts/rules/price-rule-fields.tsx';
import { StockRuleFields } from '~/parts/rules/stock-rule-fields.tsx';
import { useRights } from '~/parts/session.ts';
import { Sheet } from '~/parts/sheet.tsx';
import { RulePreview } from '~/screens/integrations/rule-preview.tsx';
import { StatedRate } from '~/screens/integrations/stated-rate.tsx';
import { BrakeFields, RoleFields, SyncFields } from '~/screens/integrations/store-fields.tsx';
import { formOf, type StoreForm, settingsOf } from '~/screens/integrations/store-form.ts';

/** A store's own settings. Saved together, so that a rule is never half changed. */
export function StoreSheet({ store, onClose }: { store: Store; onClose: () => void }) {
  const rights = useRights();
  const form = useForm<StoreForm>({
    mode: 'onBlur',
    reValidateMode: 'onChange',
    values: formOf(store),
    resetOptions: { keepDirtyValues: true },
  });
  const save = useSave(store, (path, message) => form.setError(path as keyof StoreForm, { message }));
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
        <form
          id={formId}
          noValidate
          onSubmit={form.handleSubmit((values) => save.mutate(values, { onSuccess: () => form.reset(values) }))}
          className="space-y-7"
        >
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
              <PriceRuleFields currency={store.currency} />
            </Section>
            <Section title="Stock rule" text="How the quantity on this store follows from what is available.">
              <StockRuleFields />
            </Section>
            <Section title="What the rules do" text="Nothing is changed before you save.">
              <RulePreview store={store} />
            </Section>
            <Section title="Brakes" text="What waits for a person before it is sent.">
              <BrakeFields />
            </Section>
          </fieldset>
        </form>
      </FormProvider>
    </Sheet>
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

function useSave(store: Store, onIssue: (path: string, message: string) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (form: StoreForm) =>
      api.patch<Store>(`/api/stores/${store.id}`, {
        name: form.name.trim(),
        ...(form.isPrimary === store.isPrimary ? {} : { isPrimary: form.isPrimary }),
        ...(form.isSource === store.isSource ? {} : { isSource: form.isSource }),
        settings: settingsOf(form),
      }),
    onSuccess: () => toast.success('Saved. What follows from it is being sent.'),
    onError: (thrown) => {
      if (!(thrown instanceof ApiProblem)) return;
      for (const { path, message } of thrown.issues) onIssue(path.split('.').at(-1) ?? path, message);
    },
    onSettled: () => client.invalidateQueries(),
  });
}
