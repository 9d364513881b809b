import { Tags } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { Button } from '~/parts/button.tsx';
import { classes } from '~/parts/class-names.ts';
import { Popover } from '~/parts/popover.tsx';

interface TagFilterProps {
  value: string | undefined;
  /** Tags of the orders in sight, to choose from; any other one can be typed. */
  known: readonly string[];
  onChange: (tag: string | undefined) => void;
}

export function TagFilter({ value, known, onChange }: TagFilterProps) {
  return (
    <Popover
      className={classes(
        'btn h-9 min-h-9 max-w-48 border-base-300 bg-base-100 px-3 font-normal hover:bg-base-200 max-md:flex-1',
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
          known={known}
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

function TagChoice({
  known,
  chosen,
  onChoose,
}: {
  known: readonly string[];
  chosen: string | undefined;
  onChoose: (tag: string | undefined) => void;
}) {
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
      {known.length === 0 ? (
        <p className="text-xs text-muted">No order in this list has a tag. Tags are given in an order, or to several at once.</p>
      ) : (
        <ul className="flex max-h-48 flex-wrap gap-1.5 overflow-y-auto" aria-label="Tags in this list">
          {known.map((tag) => (
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
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
