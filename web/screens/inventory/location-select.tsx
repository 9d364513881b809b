import type { Location } from '~/api-model/stock.ts';
import { Field } from '~/parts/field.tsx';

interface LocationSelectProps {
  label: string;
  locations: readonly Location[];
  value: string;
  onChange: (id: string) => void;
  error?: string | undefined;
}

/** Nothing to choose where there is one location. */
export function LocationSelect({ label, locations, value, onChange, error }: LocationSelectProps) {
  if (locations.length < 2) return null;
  return (
    <Field label={label} error={error}>
      {(tie) => (
        <select {...tie} className="select h-9" value={value} onChange={(event) => onChange(event.target.value)}>
          {locations.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
