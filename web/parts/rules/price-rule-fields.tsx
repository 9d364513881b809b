import { Plus, Trash2 } from 'lucide-react';
import { Controller, useFieldArray, useFormContext, useWatch } from 'react-hook-form';
import { Button, IconButton } from '~/parts/button.tsx';
import { Field } from '~/parts/field.tsx';
import {
  amountRule,
  endingRule,
  fixedStep,
  marginRule,
  optionalAmount,
  percentStep,
  type RuleForm,
} from '~/parts/rules/rule-form.ts';
import { SaleFields } from '~/parts/rules/sale-fields.tsx';
import { Switch } from '~/parts/switch.tsx';

interface PriceRuleProps {
  /** Of the store; absent where several stores follow, each in its own. */
  currency?: string;
  timeZone?: string;
}

/** Steps in order, then the rounding, the floor, and sales. */
export function PriceRuleFields({ currency, timeZone }: PriceRuleProps) {
  const { control } = useFormContext<RuleForm>();
  const { fields, append, remove } = useFieldArray({ control, name: 'steps' });
  return (
    <div className="space-y-3">
      {fields.length === 0 && <p className="text-muted">No steps: your own price, converted where the currency differs.</p>}
      <ol className="space-y-2">
        {fields.map((field, index) => (
          <li key={field.id}>
            <StepField index={index} currency={currency} onRemove={() => remove(index)} />
          </li>
        ))}
      </ol>
      <div className="flex gap-2">
        <Button small icon={Plus} onClick={() => append({ kind: 'percent', value: '10' })}>
          Percent
        </Button>
        <Button small icon={Plus} onClick={() => append({ kind: 'fixed', value: '1.00' })}>
          Fixed amount
        </Button>
      </div>
      <RoundingFields currency={currency} />
      <FloorFields currency={currency} />
      <SaleFields currency={currency} timeZone={timeZone} />
      <Controller
        control={control}
        name="compareAt"
        render={({ field }) => (
          <Switch
            label="Send the crossed-out price too"
            help="On: your compare-at price by this rule, or the usual price while a sale runs; without either, the one there is taken away. Off: the one there is left alone. Not every platform has one."
            checked={field.value}
            onChange={field.onChange}
          />
        )}
      />
    </div>
  );
}

function FloorFields({ currency }: { currency: string | undefined }) {
  const { register, formState } = useFormContext<RuleForm>();
  const { errors } = formState;
  return (
    <div className="grid gap-3 sm:grid-cols-3">
      <Field
        label="Margin at least, %"
        help="How much of the price must be left after the cost. 0: never below cost. Goods without a cost are not sent."
        optional
        error={errors.floorMargin?.message}
      >
        {(tie) => (
          <input
            {...tie}
            inputMode="decimal"
            className="input h-9 text-right tabular-nums"
            {...register('floorMargin', { validate: marginRule })}
          />
        )}
      </Field>
      <Field
        label={inCurrency('Never below', currency)}
        help="No step and no sale goes below it."
        optional
        error={errors.floorAmount?.message}
      >
        {(tie) => (
          <input
            {...tie}
            inputMode="decimal"
            className="input h-9 text-right tabular-nums"
            {...register('floorAmount', { validate: optionalAmount })}
          />
        )}
      </Field>
    </div>
  );
}

const inCurrency = (label: string, currency: string | undefined): string =>
  currency === undefined ? label : `${label}, ${currency}`;

function StepField({ index, currency, onRemove }: { index: number; currency: string | undefined; onRemove: () => void }) {
  const { register, control, formState } = useFormContext<RuleForm>();
  const kind = useWatch({ control, name: `steps.${index}.kind` });
  const label = kind === 'percent' ? 'Add percent' : `Add ${currency ?? 'amount'}`;
  const error = formState.errors.steps?.[index]?.value?.message;
  return (
    <div>
      <div className="flex items-center gap-2">
        <span className="w-6 text-right text-xs text-muted tabular-nums">{index + 1}.</span>
        <span className="w-28">{label}</span>
        <input
          aria-label={`${label}, step ${index + 1}`}
          aria-invalid={error !== undefined}
          inputMode="decimal"
          className="input h-9 w-32 text-right tabular-nums"
          {...register(`steps.${index}.value`, { validate: kind === 'percent' ? percentStep : fixedStep })}
        />
        <IconButton label={`Remove step ${index + 1}`} icon={Trash2} onClick={onRemove} />
      </div>
      {error !== undefined && (
        <p role="alert" className="pl-8 text-xs text-error">
          {error}
        </p>
      )}
    </div>
  );
}

function RoundingFields({ currency }: { currency: string | undefined }) {
  const { register, control, formState } = useFormContext<RuleForm>();
  const rounding = useWatch({ control, name: 'rounding' });
  const { errors } = formState;
  return (
    <div className="grid gap-3 sm:grid-cols-3">
      <Field label="Round">
        {(tie) => (
          <select {...tie} className="select h-9" {...register('rounding')}>
            <option value="none">Not rounded</option>
            <option value="ending">To an ending</option>
            <option value="multiple">To a multiple</option>
          </select>
        )}
      </Field>
      {rounding === 'ending' && (
        <Field label="Ending" help="Such as 0.99." error={errors.ending?.message}>
          {(tie) => (
            <input
              {...tie}
              inputMode="decimal"
              className="input h-9 text-right"
              {...register('ending', { validate: endingRule })}
            />
          )}
        </Field>
      )}
      {rounding === 'multiple' && (
        <>
          <Field label={inCurrency('Multiple', currency)} help="Such as 1 or 1000." error={errors.multiple?.message}>
            {(tie) => (
              <input
                {...tie}
                inputMode="decimal"
                className="input h-9 text-right"
                {...register('multiple', { validate: amountRule })}
              />
            )}
          </Field>
          <Field label="Direction">
            {(tie) => (
              <select {...tie} className="select h-9" {...register('direction')}>
                <option value="nearest">Nearest</option>
                <option value="up">Up</option>
                <option value="down">Down</option>
              </select>
            )}
          </Field>
        </>
      )}
    </div>
  );
}
