import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { toast } from 'sonner';
import { ApiProblem, api } from '~/api.ts';
import type { ListName, SavedSearch, SavedView } from '~/api-model/saved-views.ts';
import { Button } from '~/parts/button.tsx';
import { Dialog } from '~/parts/dialog.tsx';
import { Field } from '~/parts/field.tsx';
import { Problem } from '~/parts/problem.tsx';
import { nameProblem } from '~/parts/saved-views/name-problem.ts';
import { patchView } from '~/parts/saved-views/use-view-change.ts';
import { Switch } from '~/parts/switch.tsx';

type NameViewProps = { onClose: () => void } & ({ list: ListName; search: SavedSearch; view?: undefined } | { view: SavedView });

/** Asks for the name under which filters are kept, or for another one. */
export function NameView({ onClose, ...about }: NameViewProps) {
  const formId = useId();
  const [name, setName] = useState(about.view?.name ?? '');
  const [isShared, setShared] = useState(false);
  const [tried, setTried] = useState(false);
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: (): Promise<SavedView> =>
      about.view === undefined
        ? api.post('/api/saved-views', { list: about.list, search: about.search, name, isShared })
        : patchView(about.view.id, { name }),
    onSuccess: async (view) => {
      await client.invalidateQueries({ queryKey: ['saved-views'] });
      toast(`${view.name} is saved.`);
      onClose();
    },
  });
  const problem = tried ? nameProblem(name) : undefined;
  const refused = save.error instanceof ApiProblem ? save.error.issues.find(({ path }) => path === 'name')?.message : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (nameProblem(name) === undefined) save.mutate();
  };
  return (
    <Dialog
      title={about.view === undefined ? 'Save these filters' : 'Rename the view'}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} look="main" busy={save.isPending}>
            {about.view === undefined ? 'Save' : 'Rename'}
          </Button>
        </>
      }
    >
      <form id={formId} noValidate className="space-y-4" onSubmit={submit}>
        <Field label="Name" error={problem ?? refused}>
          {(tie) => (
            <input
              {...tie}
              dir="auto"
              className="input h-9 w-full"
              value={name}
              onBlur={() => setTried(name !== '')}
              onChange={(event) => {
                setName(event.target.value);
                save.reset();
              }}
            />
          )}
        </Field>
        {about.view === undefined && (
          <Switch
            label="Share with everybody here"
            help="They see it in this list. Only you, an owner or an admin can change it."
            checked={isShared}
            onChange={setShared}
          />
        )}
        {save.error !== null && refused === undefined && <Problem thrown={save.error} />}
      </form>
    </Dialog>
  );
}
