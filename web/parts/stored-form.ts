import { useEffect, useRef } from 'react';
import { type DefaultValues, type FieldValues, type Path, type UseFormReturn, useForm } from 'react-hook-form';
import { ApiProblem } from '~/api.ts';

export interface StoredForm<T extends FieldValues> {
  form: UseFormReturn<T>;
  /** To be called as soon as the answer says that it is saved, before anything is read anew. */
  becomeSaved: (saved: T) => void;
}

/**
 * A form over what is stored. What is read anew goes into the fields that nobody has touched; what somebody has typed stays,
 * not saved yet, also while something is being saved. (The library's own way to do this, `keepDirtyValues`, loses rows that
 * were removed from a list.)
 */
export function useStoredForm<T extends FieldValues>(stored: T): StoredForm<T> {
  const form = useForm<T>({ mode: 'onBlur', reValidateMode: 'onChange', defaultValues: stored as DefaultValues<T> });
  const base = useRef(stored);
  const standOn = (next: T, untouched: T) => {
    const now = form.getValues();
    base.current = next;
    form.reset(next);
    for (const name of Object.keys(next) as Path<T>[])
      if (!same(now[name], untouched[name])) form.setValue(name, now[name], { shouldDirty: true });
  };
  useEffect(() => {
    if (!same(base.current, stored)) standOn(stored, base.current);
  });
  return { form, becomeSaved: (saved) => standOn(saved, saved) };
}

/** What an answer says against fields, at those fields; a field that the form calls otherwise is in `named`, by its path. */
export function markIssues<T extends FieldValues>(
  form: UseFormReturn<T>,
  thrown: unknown,
  named: Readonly<Record<string, Path<T>>> = {},
): void {
  if (!(thrown instanceof ApiProblem)) return;
  for (const { path, message } of thrown.issues)
    form.setError(named[path] ?? ((path.split('.').at(-1) ?? path) as Path<T>), { message });
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
