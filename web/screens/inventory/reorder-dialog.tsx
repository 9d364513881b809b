import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { toast } from 'sonner';
import { api } from '~/api.ts';
import type { InventoryItem } from '~/api-model/stock.ts';
import { Button } from '~/parts/button.tsx';
import { Dialog } from '~/parts/dialog.tsx';
import { Field } from '~/parts/field.tsx';
import { Problem } from '~/parts/problem.tsx';
import { itemName } from '~/screens/inventory/item-name.ts';
import { refreshStock } from '~/screens/inventory/stock-change.ts';
import { readUnits } from '~/screens/inventory/stock-lines.ts';

/** When a thing counts as low at a location, and how many to order then. */
export function ReorderDialog({ item, onClose }: { item: InventoryItem; onClose: () => void }) {
  const formId = useId();
  const client = useQueryClient();
  const [point, setPoint] = useState(String(item.reorderPoint));
  const [quantity, setQuantity] = useState(String(item.reorderQuantity));
  const [tried, setTried] = useState(false);
  const save = useMutation({
    mutationFn: (body: { reorderPoint: number; reorderQuantity: number }) =>
      api.patch(`/api/inventory/${item.variantId}/reorder`, { locationId: item.locationId, ...body }),
    onSuccess: () => {
      toast(`Saved for ${itemName(item)}.`);
      refreshStock(client);
      onClose();
    },
  });
  const points = readUnits(point, 0);
  const quantities = readUnits(quantity, 0);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if ('units' in points && 'units' in quantities)
      save.mutate({ reorderPoint: points.units, reorderQuantity: quantities.units });
  };
  const fields = [
    { label: 'Low at', help: 'This many available, or fewer, counts as low.', value: point, set: setPoint, read: points },
    {
      label: 'Then order',
      help: 'Suggested when goods are received. 0: as many as bring it above the point.',
      value: quantity,
      set: setQuantity,
      read: quantities,
    },
  ];
  return (
    <Dialog
      title={`Reorder point of ${itemName(item)}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} look="main" busy={save.isPending}>
            Save
          </Button>
        </>
      }
    >
      <form id={formId} noValidate className="space-y-4" onSubmit={submit}>
        {fields.map(({ label, help, value, set, read }) => (
          <Field key={label} label={label} help={help} error={tried && 'problem' in read ? read.problem : undefined}>
            {(tie) => (
              <input
                {...tie}
                inputMode="numeric"
                value={value}
                onChange={(event) => set(event.target.value)}
                className="input h-9 text-right tabular-nums"
              />
            )}
          </Field>
        ))}
        {save.error !== null && <Problem thrown={save.error} />}
      </form>
    </Dialog>
  );
}
