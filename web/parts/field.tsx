import { type ReactNode, useId } from 'react';

interface FieldProps {
  label: string;
  help?: ReactNode;
  error?: string | undefined;
  optional?: boolean;
  /** Gets what ties the input to its label, help and message. */
  children: (tie: { id: string; 'aria-describedby': string; 'aria-invalid': boolean }) => ReactNode;
}

/** One labelled input with its help and, when it breaks a rule, the rule. */
export function Field({ label, help, error, optional = false, children }: FieldProps) {
  const id = useId();
  const noteId = `${id}-note`;
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="font-medium">
        {label} {optional && <span className="font-normal text-muted">(optional)</span>}
      </label>
      {children({ id, 'aria-describedby': noteId, 'aria-invalid': error !== undefined })}
      <div id={noteId} className="text-xs">
        {error !== undefined ? (
          <p role="alert" className="text-error">
            {error}
          </p>
        ) : (
          help !== undefined && <p className="text-muted">{help}</p>
        )}
      </div>
    </div>
  );
}
