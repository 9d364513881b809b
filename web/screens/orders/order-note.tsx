import { Check, Plus, X } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import type { OrderDetail } from '~/api-model/orders.ts';
import { Button } from '~/parts/button.tsx';
import { useRights } from '~/parts/session.ts';
import { Section } from '~/screens/orders/section.tsx';
import { changeTags, readTags } from '~/screens/orders/tags.ts';
import { useOrderChange } from '~/screens/orders/use-order-change.ts';

/** The seller's own words on an order; the store and the buyer never see them. */
export function NoteAndTags({ order }: { order: OrderDetail }) {
  return (
    <Section title="Note and tags">
      <p className="text-xs text-muted">Only people of your business see them.</p>
      <Note order={order} />
      <TagList order={order} />
      {order.platformTags.length > 0 && (
        <p className="text-xs text-muted">
          Tags on {order.storeName}: {order.platformTags.join(', ')}
        </p>
      )}
    </Section>
  );
}

function Note({ order }: { order: OrderDetail }) {
  const rights = useRights();
  const save = useOrderChange(order.id, 'Note saved.');
  /** Null until somebody types: until then it follows the order. */
  const [typed, setTyped] = useState<string | null>(null);
  const dirty = typed !== null && typed.trim() !== order.note;
  if (!rights.write) return order.note === '' ? null : <p className="whitespace-pre-line">{order.note}</p>;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typed !== null) save.mutate({ note: typed.trim() }, { onSuccess: () => setTyped(null) });
  };
  return (
    <form onSubmit={submit} className="space-y-2">
      <textarea
        aria-label="Note"
        placeholder="Such as: call before delivery"
        rows={2}
        maxLength={5000}
        className="textarea min-h-16"
        value={typed ?? order.note}
        onChange={(event) => setTyped(event.target.value)}
      />
      {dirty && (
        <div className="flex justify-end gap-2">
          <Button small onClick={() => setTyped(null)}>
            Undo
          </Button>
          <Button small type="submit" look="main" icon={Check} busy={save.isPending}>
            Save the note
          </Button>
        </div>
      )}
    </form>
  );
}

function TagList({ order }: { order: OrderDetail }) {
  const rights = useRights();
  const save = useOrderChange(order.id);
  const [typed, setTyped] = useState('');
  const read = readTags(typed);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if ('problem' in read) return;
    const tags = changeTags(order.tags, read.tags, []);
    if (tags === null) setTyped('');
    else save.mutate({ tags }, { onSuccess: () => setTyped('') });
  };
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      {order.tags.map((tag) => (
        <span key={tag} className="badge max-w-full gap-1 border-base-300 bg-base-200 pr-1">
          <span className="truncate">{tag}</span>
          {rights.write && (
            <button
              type="button"
              aria-label={`Take away the tag ${tag}`}
              title={`Take away the tag ${tag}`}
              disabled={save.isPending}
              className="rounded p-0.5 hover:bg-base-300"
              onClick={() => save.mutate({ tags: order.tags.filter((each) => each !== tag) })}
            >
              <X className="size-3.5" aria-hidden />
            </button>
          )}
        </span>
      ))}
      {rights.write && (
        <form onSubmit={submit} className="flex items-center gap-1.5">
          <input
            aria-label="New tag"
            aria-invalid={'problem' in read}
            aria-describedby={'problem' in read ? 'tag-problem' : undefined}
            placeholder="New tag"
            className="input h-8 w-32"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
          <Button small type="submit" icon={Plus} busy={save.isPending} disabled={typed.trim() === ''}>
            Add
          </Button>
        </form>
      )}
      {'problem' in read && (
        <p id="tag-problem" role="alert" className="w-full text-xs text-error">
          {read.problem}
        </p>
      )}
    </div>
  );
}
