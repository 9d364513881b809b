import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { toast } from 'sonner';
import { api, problemFrom } from '~/api.ts';
import type { Store, Variant } from '~/api-model.ts';
import { money, readPrice } from '~/parts/amounts.ts';
import { Button } from '~/parts/button.tsx';
import { Popover } from '~/parts/popover.tsx';
import { useRights } from '~/parts/session.ts';

interface PriceEditProps {
  variant: Variant;
  productId: string;
  stores: Store[];
}

/** A price that is changed where it stands; says which stores follow before it is saved, and can be undone after. */
export function PriceEdit({ variant, productId, stores }: PriceEditProps) {
  const rights = useRights();
  const change = usePriceChange(variant, productId);
  const shown = variant.price === null ? 'No price' : money(variant.price, variant.currency);
  if (!rights.write) return <span className="block px-2 py-1 tabular-nums">{shown}</span>;
  return (
    <Popover
      className="rounded px-2 py-1 tabular-nums underline decoration-dotted underline-offset-4 hover:bg-base-200"
      panelClassName="w-72"
      trigger={shown}
      label={`${shown}: change the price of ${variant.sku || variant.title}`}
    >
      {(close) => (
        <PriceForm
          variant={variant}
          stores={stores}
          busy={change.isPending}
          onSave={(price) => change.mutate(price, { onSuccess: close })}
          problem={change.error}
        />
      )}
    </Popover>
  );
}

function usePriceChange(variant: Variant, productId: string) {
  const client = useQueryClient();
  const put = async (price: string) => {
    await api.patch(`/api/variants/${variant.id}`, { price });
    await client.invalidateQueries({ queryKey: ['product', productId] });
    void client.invalidateQueries({ queryKey: ['products'] });
    void client.invalidateQueries({ queryKey: ['explanation'] });
    void client.invalidateQueries({ queryKey: ['first-steps'] });
  };
  return useMutation({
    mutationFn: put,
    onSuccess: (_, price) => {
      const before = variant.price;
      toast(`Price changed to ${money(price, variant.currency)}.`, {
        ...(before === null
          ? {}
          : {
              action: {
                label: 'Undo',
                onClick: () => void put(before).catch((thrown: unknown) => toast.error(problemFrom(thrown).message)),
              },
            }),
        duration: 10_000,
      });
    },
  });
}

interface PriceFormProps {
  variant: Variant;
  stores: Store[];
  busy: boolean;
  problem: Error | null;
  onSave: (price: string) => void;
}

function PriceForm({ variant, stores, busy, problem, onSave }: PriceFormProps) {
  const [typed, setTyped] = useState(variant.price ?? '');
  const [left, setLeft] = useState(false);
  const id = useId();
  const read = readPrice(typed);
  const error = left && 'problem' in read ? read.problem : problem === null ? null : problemFrom(problem).message;
  const followers = stores.filter(
    (store) =>
      store.settings.syncPrice &&
      variant.cells.some((cell) => cell.storeId === store.id && cell.status === 'linked' && cell.price !== null),
  );
  return (
    <form
      className="space-y-2 whitespace-normal"
      onSubmit={(event) => {
        event.preventDefault();
        setLeft(true);
        if ('amount' in read) onSave(read.amount);
      }}
    >
      <label htmlFor={id} className="block font-medium">
        Price in {variant.currency}
      </label>
      <div className="flex gap-2">
        <input
          id={id}
          // The person asked for this field by clicking the price.
          ref={focusAndSelect}
          inputMode="decimal"
          value={typed}
          aria-invalid={error !== null}
          aria-describedby={`${id}-note`}
          onChange={(event) => setTyped(event.target.value)}
          onBlur={() => setLeft(true)}
          className="input h-9 text-right tabular-nums"
        />
        <Button type="submit" look="main" busy={busy} disabled={'amount' in read && read.amount === variant.price}>
          Save
        </Button>
      </div>
      <div id={`${id}-note`} className="text-xs">
        {error !== null && (
          <p role="alert" className="text-error">
            {error}
          </p>
        )}
        <p className="text-muted">
          {followers.length === 0
            ? 'No store follows: none is linked with its price sent.'
            : `By their price rules, ${followers.map(({ name }) => name).join(' and ')} ${followers.length === 1 ? 'follows' : 'follow'} at once.`}
        </p>
      </div>
    </form>
  );
}

const focusAndSelect = (input: HTMLInputElement | null) => {
  input?.focus();
  input?.select();
};
