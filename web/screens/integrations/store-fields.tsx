import { Controller, useFormContext } from 'react-hook-form';
import type { Store } from '~/api-model.ts';
import { Field } from '~/parts/field.tsx';
import { whole } from '~/parts/rules/rule-form.ts';
import { Switch } from '~/parts/switch.tsx';
import type { StoreForm } from '~/screens/integrations/store-form.ts';

type SwitchName = 'isPrimary' | 'isSource' | 'webhooksEnabled' | 'syncPrice' | 'syncInventory';

function SwitchField({ name, label, help, fixed = false }: { name: SwitchName; label: string; help: string; fixed?: boolean }) {
  const { control } = useFormContext<StoreForm>();
  return (
    <Controller
      control={control}
      name={name}
      render={({ field }) => (
        <Switch label={label} help={help} checked={field.value} onChange={field.onChange} disabled={fixed} />
      )}
    />
  );
}

export function RoleFields({ store }: { store: Store }) {
  const { register, formState } = useFormContext<StoreForm>();
  return (
    <>
      <Field
        label="Name in StoreSync"
        help={`On ${store.platformName}: ${store.storeName}`}
        error={formState.errors.name?.message}
      >
        {(tie) => <input {...tie} className="input h-9" {...register('name', { required: 'A store needs a name.' })} />}
      </Field>
      <SwitchField
        name="isSource"
        label="Owns products and prices"
        help={
          store.isSource
            ? 'What is edited on this store is taken over. To change it, make another store the owner.'
            : 'What is edited on this store is taken over and sent to the others. Only one store can be it; it takes over the count of your default location from the one before.'
        }
        fixed={store.isSource}
      />
      <SwitchField
        name="isPrimary"
        label="Primary store"
        help={store.isPrimary ? 'To change it, make another store the primary one.' : 'The one that stands first in lists.'}
        fixed={store.isPrimary}
      />
    </>
  );
}

const intervals = [
  ['60', 'Every minute'],
  ['300', 'Every 5 minutes'],
  ['900', 'Every 15 minutes'],
  ['1800', 'Every 30 minutes'],
  ['3600', 'Every hour'],
  ['21600', 'Every 6 hours'],
  ['86400', 'Once a day'],
] as const;

export function SyncFields({ store }: { store: Store }) {
  const { register, getValues } = useFormContext<StoreForm>();
  const own = getValues('syncIntervalSeconds');
  return (
    <>
      <SwitchField name="syncPrice" label="Send prices" help="Off: prices on this store are left alone, for every link." />
      <SwitchField
        name="syncInventory"
        label="Send quantities"
        help="Off: quantities on this store are left alone, for every link."
      />
      <SwitchField
        name="webhooksEnabled"
        label="Take notifications from the platform"
        help={
          store.webhooks === 'polling_only'
            ? 'The platform cannot reach this server, so the store is asked at intervals instead.'
            : 'Changes are noticed at once, not only at the interval.'
        }
      />
      <Field label="Read the whole store">
        {(tie) => (
          <select {...tie} className="select h-9" {...register('syncIntervalSeconds')}>
            {!intervals.some(([seconds]) => seconds === own) && <option value={own}>Every {own} seconds</option>}
            {intervals.map(([seconds, label]) => (
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

interface NumberProps {
  name: 'priceApprovalPercent' | 'brakeListings' | 'brakePercent';
  label: string;
  help: string;
  range: [minimum: number, maximum: number];
  optional?: boolean;
}

function NumberField({ name, label, help, range, optional = false }: NumberProps) {
  const { register, formState } = useFormContext<StoreForm>();
  return (
    <Field label={label} help={help} optional={optional} error={formState.errors[name]?.message}>
      {(tie) => (
        <input
          {...tie}
          inputMode="numeric"
          className="input h-9 text-right tabular-nums"
          {...register(name, { validate: whole(label, ...range, optional) })}
        />
      )}
    </Field>
  );
}

export const BrakeFields = () => (
  <div className="grid gap-3 sm:grid-cols-2">
    <NumberField
      name="priceApprovalPercent"
      label="Price approval, %"
      help="Larger price changes wait for a person. Empty: never."
      range={[0, 1000]}
      optional
    />
    <NumberField
      name="brakeListings"
      label="Bulk brake, listings"
      help="An import, a rule, a rate or a location that changes more waits for a person."
      range={[1, 10_000_000]}
    />
    <NumberField
      name="brakePercent"
      label="Bulk brake, %"
      help="So does what changes a larger share of the linked listings, and more than 10. Empty: only the number counts."
      range={[1, 100]}
      optional
    />
  </div>
);

const policies = {
  driftPrice: {
    label: 'A price',
    options: [
      ['hub', 'Put ours back', 'Your price is sent again at once.'],
      ['store', 'Take theirs over', 'Their price stands on that listing alone; yours stays as it is.'],
      ['ask', 'Ask me', 'It stays as it stands there until you have decided.'],
    ],
  },
  driftQuantity: {
    label: 'A quantity',
    options: [
      ['hub', 'Put ours back', 'Your quantity is sent again at once; your stock stays as it is.'],
      ['store', 'Take theirs over', 'Once orders were read that might explain it, your stock changes by the difference.'],
      ['ask', 'Ask me', 'Your quantity is sent again at once; whether your stock changes waits for you.'],
    ],
  },
} as const;

/** What becomes of a figure that is found changed on the store. Where it owns the figure, it is always taken over. */
export function DriftFields({ names }: { names: readonly (keyof typeof policies)[] }) {
  const { register } = useFormContext<StoreForm>();
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      {names.map((name) => (
        <fieldset key={name} className="min-w-0 space-y-2">
          <legend className="font-medium">{policies[name].label}</legend>
          {policies[name].options.map(([value, text, effect]) => (
            <label key={value} className="flex cursor-pointer gap-2.5">
              <input type="radio" value={value} className="radio radio-sm mt-0.5" {...register(name)} />
              <span>
                {text}
                <span className="block text-xs text-muted">{effect}</span>
              </span>
            </label>
          ))}
        </fieldset>
      ))}
    </div>
  );
}
