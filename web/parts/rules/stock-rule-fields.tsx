import { useFormContext, useWatch } from 'react-hook-form';
import { Field } from '~/parts/field.tsx';
import { type RuleForm, stockBounds } from '~/parts/rules/rule-form.ts';
import { useStores } from '~/parts/session.ts';

interface NumberProps {
  name: keyof typeof stockBounds;
  label: string;
  help: string;
  optional?: boolean;
}

function NumberField({ name, label, help, optional = false }: NumberProps) {
  const { register, formState } = useFormContext<RuleForm>();
  return (
    <Field label={label} help={help} optional={optional} error={formState.errors[name]?.message}>
      {(tie) => (
        <input
          {...tie}
          inputMode="numeric"
          className="input h-9 text-right tabular-nums"
          {...register(name, { validate: stockBounds[name] })}
        />
      )}
    </Field>
  );
}

/** `storeId` is the store whose rule it is; it cannot leave its last units to itself. */
export const StockRuleFields = ({ storeId }: { storeId?: string }) => (
  <div className="space-y-3">
    <div className="grid gap-3 sm:grid-cols-3">
      <NumberField name="buffer" label="Keep back" help="Units never shown here." />
      <NumberField name="percent" label="Share, %" help="Of what is left then, rounded down." />
      <NumberField name="cap" label="At most" help="Never show more than this." optional />
      <NumberField name="hideBelow" label="Hide below" help="Fewer than this are shown as none." optional />
      <NumberField
        name="slowBuffer"
        label="Keep back when slow"
        help="More kept back by itself while the store takes changes late, so that it does not sell what is gone. Only of goods with fewer than ten times as many left."
        optional
      />
      <NumberField name="fixed" label="Always show" help="However many there are: for what is made to order." optional />
    </div>
    <LastUnits storeId={storeId} />
  </div>
);

function LastUnits({ storeId }: { storeId: string | undefined }) {
  const { register, control } = useFormContext<RuleForm>();
  const { connected } = useStores();
  const chosen = useWatch({ control, name: 'lastUnitsStore' });
  const others = connected.filter(({ id }) => id !== storeId);
  if (others.length === 0 && chosen === '') return null;
  return (
    <div className="grid gap-3 sm:grid-cols-3">
      <NumberField name="lastUnits" label="Last units" help="When no more than this are left …" optional />
      <Field label="… leave them to" help="If the thing is linked there, it shows none here.">
        {(tie) => (
          <select {...tie} className="select h-9" {...register('lastUnitsStore')}>
            <option value="">Nobody</option>
            {chosen !== '' && !others.some(({ id }) => id === chosen) && <option value={chosen}>A store that is gone</option>}
            {others.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
    </div>
  );
}
