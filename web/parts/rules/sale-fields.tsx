import { Plus, Trash2 } from 'lucide-react';
import { useFieldArray, useFormContext, useWatch } from 'react-hook-form';
import { Button, IconButton } from '~/parts/button.tsx';
import { Field } from '~/parts/field.tsx';
import { type RuleForm, saleProblem, saleValue } from '~/parts/rules/rule-form.ts';

/** Scheduled sales, by the store's own clock. `timeZone` is absent where several stores follow. */
export function SaleFields({ currency, timeZone }: { currency: string | undefined; timeZone: string | undefined }) {
  const { control } = useFormContext<RuleForm>();
  const { fields, append, remove } = useFieldArray({ control, name: 'sales' });
  return (
    <div className="space-y-3">
      {fields.map((field, index) => (
        <OneSale key={field.id} index={index} currency={currency} onRemove={() => remove(index)} />
      ))}
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Button
          small
          icon={Plus}
          onClick={() => append({ name: '', kind: 'percent', value: '10', startsAt: '', endsAt: '' })}
          disabled={fields.length >= 20}
        >
          Scheduled sale
        </Button>
        {fields.length > 0 && (
          <span className="text-xs text-muted">
            {timeZone === undefined ? "Times are by each store's own clock." : `Times are by the store's clock, ${timeZone}.`}
          </span>
        )}
      </div>
    </div>
  );
}

function OneSale({ index, currency, onRemove }: { index: number; currency: string | undefined; onRemove: () => void }) {
  const { register, control, getValues, formState } = useFormContext<RuleForm>();
  const kind = useWatch({ control, name: `sales.${index}.kind` });
  const errors = formState.errors.sales?.[index];
  const times = () => saleProblem(getValues('sales'), index) ?? true;
  return (
    <fieldset className="rounded-box border border-base-300 px-3 pt-1 pb-3">
      <legend className="px-1 text-xs text-muted">Sale {index + 1}</legend>
      <div className="grid gap-3 sm:grid-cols-[1fr_8rem_7rem_auto]">
        <Field label="Name">
          {(tie) => <input {...tie} maxLength={100} className="input h-9" {...register(`sales.${index}.name`)} />}
        </Field>
        <Field label="By">
          {(tie) => (
            <select {...tie} className="select h-9" {...register(`sales.${index}.kind`)}>
              <option value="percent">Percent off</option>
              <option value="price">A price</option>
            </select>
          )}
        </Field>
        <Field
          label={kind === 'percent' ? 'Off, %' : `Price${currency === undefined ? '' : `, ${currency}`}`}
          error={errors?.value?.message}
        >
          {(tie) => (
            <input
              {...tie}
              inputMode="decimal"
              className="input h-9 text-right tabular-nums"
              {...register(`sales.${index}.value`, { validate: saleValue(kind) })}
            />
          )}
        </Field>
        <div className="pt-6">
          <IconButton label={`Remove sale ${index + 1}`} icon={Trash2} onClick={onRemove} />
        </div>
      </div>
      <div className="mt-3 grid gap-3 sm:grid-cols-2">
        <Field label="Begins">
          {(tie) => <input {...tie} type="datetime-local" className="input h-9" {...register(`sales.${index}.startsAt`)} />}
        </Field>
        <Field label="Ends" error={errors?.endsAt?.message}>
          {(tie) => (
            <input
              {...tie}
              type="datetime-local"
              className="input h-9"
              {...register(`sales.${index}.endsAt`, { validate: times })}
            />
          )}
        </Field>
      </div>
    </fieldset>
  );
}
