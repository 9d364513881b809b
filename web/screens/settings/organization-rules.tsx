import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Check } from 'lucide-react';
import { useId } from 'react';
import { FormProvider } from 'react-hook-form';
import { toast } from 'sonner';
import { api } from '~/api.ts';
import type { OrganizationRules as Rules } from '~/api-model.ts';
import { Button } from '~/parts/button.tsx';
import { Problem } from '~/parts/problem.tsx';
import { PriceRuleFields } from '~/parts/rules/price-rule-fields.tsx';
import { areWhole, formOfRules, priceRuleOf, type RuleForm, stockRuleOf } from '~/parts/rules/rule-form.ts';
import { RulePreview } from '~/parts/rules/rule-preview.tsx';
import { StockRuleFields } from '~/parts/rules/stock-rule-fields.tsx';
import { useRights } from '~/parts/session.ts';
import { useStoredForm } from '~/parts/stored-form.ts';
import { organizationRulesQuery } from '~/queries.ts';

/** The rules that stores follow which have none of their own. */
export function OrganizationRules() {
  const reading = useQuery(organizationRulesQuery);
  if (reading.error !== null) return <Problem thrown={reading.error} reading onRetry={() => void reading.refetch()} />;
  if (reading.data === undefined) return <div className="skeleton h-64" role="status" aria-label="Loading" />;
  return <RulesForm rules={reading.data} />;
}

const rulesOf = (form: RuleForm): Rules => ({ priceRule: priceRuleOf(form), stockRule: stockRuleOf(form) });

function RulesForm({ rules }: { rules: Rules }) {
  const rights = useRights();
  const client = useQueryClient();
  const [priceId, stockId] = [useId(), useId()];
  const { form, becomeSaved } = useStoredForm(formOfRules(rules.priceRule, rules.stockRule));
  const save = useMutation({
    mutationFn: (values: RuleForm) => api.put<Rules>('/api/rules', rulesOf(values)),
    onSuccess: (_, values) => {
      becomeSaved(values);
      toast.success('Saved. What follows from it is being sent.');
    },
    onSettled: () => client.invalidateQueries(),
  });
  const { isDirty } = form.formState;
  return (
    <FormProvider {...form}>
      <form
        noValidate
        onSubmit={form.handleSubmit((values) => save.mutate(values))}
        className="space-y-6 rounded-box border border-base-300 bg-base-100 p-4"
      >
        <fieldset disabled={!rights.write} className="min-w-0 space-y-6">
          <section aria-labelledby={priceId} className="space-y-3">
            <h3 id={priceId} className="font-semibold">
              Price
            </h3>
            <PriceRuleFields />
          </section>
          <section aria-labelledby={stockId} className="space-y-3">
            <h3 id={stockId} className="font-semibold">
              Stock
            </h3>
            <StockRuleFields />
          </section>
        </fieldset>
        {isDirty && (
          <RulePreview<RuleForm>
            path="/api/rules/preview"
            brake={null}
            read={(values) => (areWhole(values) ? rulesOf(values) : null)}
          />
        )}
        {save.error !== null && <Problem thrown={save.error} />}
        {rights.write && (
          <div className="flex items-center justify-end gap-2">
            <span className="mr-auto text-xs text-muted">{isDirty ? 'Not saved yet' : ''}</span>
            <Button onClick={() => form.reset()} disabled={!isDirty}>
              Undo changes
            </Button>
            <Button type="submit" look="main" icon={Check} busy={save.isPending} disabled={!isDirty}>
              Save rules
            </Button>
          </div>
        )}
      </form>
    </FormProvider>
  );
}
