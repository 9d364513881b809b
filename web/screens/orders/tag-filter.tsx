import { useQuery } from '@tanstack/react-query';
import { Tags } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { api } from '~/api.ts';
import { count } from '~/parts/amounts.ts';
import { Button } from '~/parts/button.tsx';
import { classes } from '~/parts/class-names.ts';
import { Popover } from '~/parts/popover.tsx';
import { Problem } from '~/parts/problem.tsx';

interface TagFilterProps {
  value: string | undefined;
  onChange: (tag: string | undefined) => void;
}

export function TagFilter({ value, onChange }: TagFilterProps) {
  return (
    <Popover
      className={classes(
        'btn h-9 min-h-9 max-w-48 border-base-300 bg-base-100 px-3 font-normal hover:bg-base-200 max-md:flex-1 max-md:px-2',
        value !== undefined && 'border-primary text-primary',
      )}
      panelClassName="w-64"
      label={`Tag: ${value ?? 'Any tag'}`}
      trigger={
        <>
          <Tags className="size-4 shrink-0" aria-hidden />
          <span className="truncate">{value ?? 'Any tag'}</span>
        </>
      }
    >
      {(close) => (
        <TagChoice
          chosen={value}
          onChoose={(tag) => {
            onChange(tag);
            close();
          }}
        />
      )}
    </Popover>
  );
}

interface TagUse {
  tag: string;
  orders: number;
}

/** The tags in use, the most frequent first; any other one can be typed. */
function TagChoice({ chosen, onChoose }: { chosen: string | undefined; onChoose: (tag: string | undefined) => void }) {
  const reading = useQuery({
    queryKey: ['orders', 'tags'],
    queryFn: ({ signal }) => api.get<TagUse[]>('/api/orders/tags', {}, signal),
  });
  const [typed, setTyped] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typed.trim() !== '') onChoose(typed.trim());
  };
  return (
    <div className="space-y-2">
      <form onSubmit={submit} className="flex gap-1.5">
        <input
          aria-label="A tag"
          placeholder="A tag"
          value={typed}
          maxLength={60}
          onChange={(event) => setTyped(event.target.value)}
          className="input h-8 flex-1"
        />
        <Button type="submit" small>
          Show
        </Button>
      </form>
      {reading.data === undefined && reading.error !== null && (
        <Problem thrown={reading.error} reading onRetry={() => void reading.refetch()} />
      )}
      {reading.data?.length === 0 ? (
        <p className="text-xs text-muted">No order has a tag yet. Tags are given in an order, or to several at once.</p>
      ) : (
        <ul className="flex max-h-48 flex-wrap gap-1.5 overflow-y-auto" aria-label="Tags in use">
          {reading.data?.map(({ tag, orders }) => (
            <li key={tag} className="max-w-full">
              <button
                type="button"
                aria-pressed={tag === chosen}
                className={classes(
                  'badge max-w-full cursor-pointer truncate border-base-300 bg-base-200',
                  tag === chosen && 'border-primary text-primary',
                )}
                onClick={() => onChoose(tag === chosen ? undefined : tag)}
              >
                {tag}
                <span className="text-muted tabular-nums">{count(orders)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
