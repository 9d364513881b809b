import { type FieldValues, type Path, useFormContext } from 'react-hook-form';

interface ChoiceProps<Form extends FieldValues> {
  name: Path<Form>;
  label: string;
  options: readonly (readonly [value: string, label: string])[];
}

/** One of a few, all of them in sight. */
export function Choice<Form extends FieldValues>({ name, label, options }: ChoiceProps<Form>) {
  const { register } = useFormContext<Form>();
  return (
    <div role="radiogroup" aria-label={label} className="space-y-1">
      {options.map(([value, text]) => (
        <label key={value} className="flex min-h-7 cursor-pointer items-center gap-2.5">
          <input type="radio" value={value} className="radio radio-sm" {...register(name)} />
          {text}
        </label>
      ))}
    </div>
  );
}
