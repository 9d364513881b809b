import { Controller, useFormContext, useWatch } from 'react-hook-form';
import type { Store } from '~/api-model.ts';
import { Choice } from '~/parts/choice.tsx';
import { Field } from '~/parts/field.tsx';
import { ruleReach } from '~/parts/places.ts';
import { PriceRuleFields } from '~/parts/rules/price-rule-fields.tsx';
import { amountRule } from '~/parts/rules/rule-form.ts';
import { StockRuleFields } from '~/parts/rules/stock-rule-fields.tsx';
import { Switch } from '~/parts/switch.tsx';
import type { ListingForm } from '~/screens/product-links/listing-form.ts';

const schedules = [
  ['', 'As soon as something changes'],
  ['900', 'At most every 15 minutes'],
  ['3600', 'At most every hour'],
  ['21600', 'At most every 6 hours'],
  ['86400', 'At most once a day'],
] as const;

export function ScheduleFields() {
  const { register, control } = useFormContext<ListingForm>();
  const own = useWatch({ control, name: 'schedule' });
  return (
    <>
      <Toggle name="syncPrice" label="Send the price" />
      <Toggle name="syncInventory" label="Send the stock" />
      <Field label="When to send" help="Sync now sends at once, whatever the schedule.">
        {(tie) => (
          <select {...tie} className="select h-9" {...register('schedule')}>
            {!schedules.some(([seconds]) => seconds === own) && <option value={own}>At most every {own} seconds</option>}
            {schedules.map(([seconds, label]) => (
              <option key={seconds} value={seconds}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Field>
    </>
  );
}

function Toggle({ name, label }: { name: 'syncPrice' | 'syncInventory'; label: string }) {
  const { control } = useFormContext<ListingForm>();
  return (
    <Controller
      control={control}
      name={name}
      render={({ field }) => <Switch label={label} checked={field.value} onChange={field.onChange} />}
    />
  );
}

export function PriceFields({ store, currency }: { store: Store; currency: string }) {
  const { register, control, formState } = useFormContext<ListingForm>();
  const by = useWatch({ control, name: 'priceBy' });
  return (
    <>
      <Choice<ListingForm>
        name="priceBy"
        label="Price"
        options={[
          ['store', store.isSource ? 'Yours, as it is' : 'By the rule of the store'],
          ...(store.isSource ? [] : [['rule', 'By a rule of its own'] as const]),
          ['fixed', 'A fixed price'],
        ]}
      />
      {by === 'rule' && <PriceRuleFields currency={currency} timeZone={store.timezone} />}
      {by === 'fixed' && (
        <Field
          label={`Fixed price in ${currency}`}
          help="Stands until you take it away, whatever your own price becomes."
          error={formState.errors.fixedPrice?.message}
        >
          {(tie) => (
            <input
              {...tie}
              inputMode="decimal"
              className="input h-9 w-40 text-right tabular-nums"
              {...register('fixedPrice', { validate: amountRule })}
            />
          )}
        </Field>
      )}
    </>
  );
}

export function StockFields({ store }: { store: Store }) {
  const { control } = useFormContext<ListingForm>();
  const by = useWatch({ control, name: 'stockBy' });
  const reach = ruleReach(store);
  if (reach === 'nowhere')
    return <p className="text-muted">This store counts what it shows itself: no stock rule stands between.</p>;
  return (
    <>
      <Choice<ListingForm>
        name="stockBy"
        label="Stock"
        options={[
          ['store', 'By the rule of the store'],
          ['rule', 'By a rule of its own'],
        ]}
      />
      {by === 'rule' && <StockRuleFields storeId={store.id} />}
      {reach === 'elsewhere' && (
        <p className="text-xs text-muted">
          What the store counts itself is shown as it is; the rule is for your other locations.
        </p>
      )}
    </>
  );
}
