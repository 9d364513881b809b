import { useFormContext } from 'react-hook-form';
import { Field } from '~/parts/field.tsx';
import { type RuleForm, stockBounds } from '~/parts/rules/rule-form.ts';

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

export const StockRuleFields = () => (
  <div className="grid gap-3 sm:grid-cols-3">
    <NumberField name="buffer" label="Keep back" help="Units never shown here." />
    <NumberField name="percent" label="Share, %" help="Of the rest, rounded down." />
    <NumberField name="cap" label="At most" help="Never show more than this." optional />
  </div>
);
