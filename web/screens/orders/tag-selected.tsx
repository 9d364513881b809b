import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Order } from '~/api-model/orders.ts';
import { counted } from '~/parts/amounts.ts';
import { Button } from '~/parts/button.tsx';
import { classes } from '~/parts/class-names.ts';
import { Dialog } from '~/parts/dialog.tsx';
import { Field } from '~/parts/field.tsx';
import { Problem } from '~/parts/problem.tsx';
import { changeTags, readTags, tagsOf } from '~/screens/orders/tags.ts';
import { tellPart } from '~/screens/orders/tell-part.ts';
import { patchOrder, refreshOrders } from '~/screens/orders/use-order-change.ts';
import { actOnEach } from '~/screens/product-links/act-on-each.ts';

/** Adds tags to several orders and takes others away; says before how many change. */
export function TagSelected({ orders, onClose, onDone }: { orders: Order[]; onClose: () => void; onDone: () => void }) {
  const client = useQueryClient();
  const [typed, setTyped] = useState('');
  const [removed, setRemoved] = useState<readonly string[]>([]);
  const read = readTags(typed);
  const add = 'problem' in read ? [] : read.tags;
  const changes = orders.flatMap((order) => {
    const tags = changeTags(order.tags, add, removed);
    return tags === null ? [] : [{ id: order.id, tags }];
  });
  const save = useMutation({
    mutationFn: async () => {
      const tagsById = new Map(changes.map(({ id, tags }) => [id, tags]));
      const failed = await actOnEach([...tagsById.keys()], (id) => patchOrder(id, { tags: tagsById.get(id) ?? [] }));
      await refreshOrders(client);
      tellPart(failed, changes.length);
    },
    onSuccess: onDone,
  });
  return (
    <Dialog
      title={`Tags of ${counted(orders.length, 'order')}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="main" busy={save.isPending} disabled={changes.length === 0} onClick={() => save.mutate()}>
            Change {counted(changes.length, 'order')}
          </Button>
        </>
      }
    >
      <div className="space-y-3">
        <TagFields typed={typed} onType={setTyped} present={tagsOf(orders)} removed={removed} onRemove={setRemoved} />
        {save.error !== null && <Problem thrown={save.error} />}
      </div>
    </Dialog>
  );
}

interface TagFieldsProps {
  typed: string;
  onType: (typed: string) => void;
  /** Tags that some of the orders have. */
  present: readonly string[];
  removed: readonly string[];
  onRemove: (removed: readonly string[]) => void;
}

function TagFields({ typed, onType, present, removed, onRemove }: TagFieldsProps) {
  const read = readTags(typed);
  return (
    <>
      <Field label="Add" help="Several are parted by commas." error={'problem' in read ? read.problem : undefined}>
        {(tie) => (
          <input
            {...tie}
            className="input h-9"
            value={typed}
            placeholder="gift, call first"
            onChange={(event) => onType(event.target.value)}
          />
        )}
      </Field>
      {present.length > 0 && (
        <fieldset>
          <legend className="mb-1.5 font-medium">Take away</legend>
          <div className="flex max-h-40 flex-wrap gap-1.5 overflow-y-auto p-0.5">
            {present.map((tag) => {
              const off = removed.includes(tag);
              return (
                <label
                  key={tag}
                  className={classes('badge cursor-pointer gap-1.5 border-base-300 bg-base-200', off && 'line-through')}
                >
                  <input
                    type="checkbox"
                    className="checkbox checkbox-xs"
                    checked={off}
                    onChange={() => onRemove(off ? removed.filter((each) => each !== tag) : [...removed, tag])}
                  />
                  {tag}
                </label>
              );
            })}
          </div>
        </fieldset>
      )}
    </>
  );
}
