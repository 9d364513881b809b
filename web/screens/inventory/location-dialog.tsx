import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { toast } from 'sonner';
import { ApiProblem, api } from '~/api.ts';
import type { Location } from '~/api-model/stock.ts';
import { Button } from '~/parts/button.tsx';
import { Dialog } from '~/parts/dialog.tsx';
import { Field } from '~/parts/field.tsx';
import { Problem } from '~/parts/problem.tsx';
import { CountedBy } from '~/screens/inventory/counted-by.tsx';

export const addressFields = [
  ['line1', 'Street'],
  ['city', 'City'],
  ['postalCode', 'Postal code'],
  ['country', 'Country'],
] as const;

/** A new place, or another name, address, priority or counter of one. */
export function LocationDialog({ location, onClose }: { location: Location | null; onClose: () => void }) {
  const formId = useId();
  const [name, setName] = useState(location?.name ?? '');
  const [address, setAddress] = useState<Record<string, string>>(location?.address ?? {});
  const [priority, setPriority] = useState(String(location?.priority ?? 0));
  const [owner, setOwner] = useState(location?.ownerStoreId ?? null);
  const [tried, setTried] = useState(false);
  const save = useSave(location, onClose);
  const nameProblem = name.trim() === '' ? 'A location needs a name.' : undefined;
  const priorityProblem = isPriority(priority) ? undefined : 'A whole number from -1000 to 1000.';
  const taken = issueAt(save.error, 'name');
  const notThisOne = save.variables?.ownerStoreId === owner ? issueAt(save.error, 'ownerStoreId') : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (nameProblem === undefined && priorityProblem === undefined)
      save.mutate({
        ...{ name: name.trim(), address, priority: Number(priority) },
        ...(location === null || owner === location.ownerStoreId ? {} : { ownerStoreId: owner }),
      });
  };
  return (
    <Dialog
      title={location === null ? 'New location' : `Change ${location.name}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} look="main" busy={save.isPending}>
            {location === null ? 'Add location' : 'Save'}
          </Button>
        </>
      }
    >
      <form id={formId} noValidate className="space-y-4" onSubmit={submit}>
        <Field label="Name" error={tried ? (nameProblem ?? taken) : undefined}>
          {(tie) => (
            <input
              {...tie}
              className="input h-9"
              value={name}
              maxLength={100}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Field
          label="Priority"
          help="The lower, the earlier an order is taken from it."
          error={tried ? priorityProblem : undefined}
        >
          {(tie) => (
            <input
              {...tie}
              className="input h-9 text-right tabular-nums"
              inputMode="numeric"
              value={priority}
              onChange={(event) => setPriority(event.target.value)}
            />
          )}
        </Field>
        {location?.isActive === true && <CountedBy location={location} owner={owner} onChange={setOwner} refused={notThisOne} />}
        <AddressFields address={address} onChange={setAddress} />
        {save.error !== null && taken === undefined && issueAt(save.error, 'ownerStoreId') === undefined && (
          <Problem thrown={save.error} />
        )}
      </form>
    </Dialog>
  );
}

const isPriority = (typed: string): boolean => /^-?\d+$/.test(typed.trim()) && Math.abs(Number(typed)) <= 1000;

interface AddressProps {
  address: Record<string, string>;
  onChange: (address: Record<string, string>) => void;
}

const AddressFields = ({ address, onChange }: AddressProps) => (
  <div className="grid gap-4 sm:grid-cols-2">
    {addressFields.map(([key, label]) => (
      <Field key={key} label={label} optional>
        {(tie) => (
          <input
            {...tie}
            className="input h-9"
            value={address[key] ?? ''}
            maxLength={300}
            onChange={(event) => onChange({ ...address, [key]: event.target.value })}
          />
        )}
      </Field>
    ))}
  </div>
);

const issueAt = (thrown: Error | null, field: string): string | undefined =>
  thrown instanceof ApiProblem ? thrown.issues.find(({ path }) => path === field)?.message : undefined;

interface Change {
  name: string;
  address: Record<string, string>;
  priority: number;
  ownerStoreId?: string | null;
}

function useSave(location: Location | null, onDone: () => void) {
  const client = useQueryClient();
  return useMutation<unknown, Error, Change>({
    mutationFn: (change) =>
      location === null ? api.post('/api/locations', change) : api.patch(`/api/locations/${location.id}`, change),
    onSuccess: async (_answer, { name, ownerStoreId }) => {
      toast(location === null ? `${name} is open.` : `${name} is saved.`);
      // Who counts it decides what stores show, and with it nearly everything that is on the page.
      await client.invalidateQueries(ownerStoreId === undefined ? { queryKey: ['locations'] } : {});
      onDone();
    },
  });
}
