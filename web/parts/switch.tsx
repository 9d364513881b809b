import { classes } from '~/parts/class-names.ts';

interface SwitchProps {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
  /** Only the switch is shown; the label is spoken. */
  bare?: boolean;
  help?: string;
}

export function Switch({ label, checked, onChange, disabled = false, bare = false, help }: SwitchProps) {
  return (
    <label
      className={classes('flex items-start gap-2.5', disabled ? 'opacity-60' : 'cursor-pointer')}
      title={bare ? label : undefined}
    >
      <input
        type="checkbox"
        className="toggle toggle-sm mt-px shrink-0 checked:border-primary checked:text-primary"
        checked={checked}
        disabled={disabled}
        aria-label={bare ? label : undefined}
        onChange={(event) => onChange(event.target.checked)}
      />
      {!bare && (
        <span>
          <span className="block">{label}</span>
          {help !== undefined && <span className="block text-xs text-muted">{help}</span>}
        </span>
      )}
    </label>
  );
}
