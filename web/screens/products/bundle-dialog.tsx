import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { toast } from 'sonner';
import { ApiProblem, api } from '~/api.ts';
import type { Bundle } from '~/api-model/bundles.ts';
import type { Variant } from '~/api-model.ts';
import { count } from '~/parts/amounts.ts';
import { Button } from '~/parts/button.tsx';
import { Confirm } from '~/parts/confirm.tsx';
import { Dialog } from '~/parts/dialog.tsx';
import { Problem } from '~/parts/problem.tsx';
import { bundleQuery } from '~/queries.ts';
import { variantName } from '~/screens/inventory/item-name.ts';
import { LineTable } from '~/screens/inventory/line-table.tsx';
import { refreshStock } from '~/screens/inventory/stock-change.ts';
import { type StockLine, withLine } from '~/screens/inventory/stock-lines.ts';
import { VariantSearch } from '~/screens/inventory/variant-search.tsx';
import { amountsTo, partsOf, readPartUnits } from '~/screens/products/bundle-words.ts';

interface BundleDialogProps {
  variant: Variant;
  name: string;
  onClose: () => void;
}

/** What a variant is made of: begins with what it is made of now. */
export function BundleDialog(props: BundleDialogProps) {
  const reading = useQuery({ ...bundleQuery(props.variant.id), staleTime: 0 });
  // What was read before may be out of date: saving it would undo what somebody else has changed.
  if (reading.data !== undefined && reading.isFetchedAfterMount) return <BundleForm {...props} bundle={reading.data} />;
  return (
    <Dialog title={titleOf(props)} onClose={props.onClose} actions={<Button onClick={props.onClose}>Cancel</Button>}>
      {reading.error === null ? (
        <div className="skeleton h-28" role="status" aria-label="Loading" />
      ) : (
        <Problem thrown={reading.error} reading onRetry={() => void reading.refetch()} />
      )}
    </Dialog>
  );
}

const titleOf = ({ name }: BundleDialogProps): string => `What ${name} is made of`;

const linesOf = ({ components }: Bundle): StockLine[] =>
  components.map(({ variantId, title, variantTitle, sku, units, available }) => ({
    ...{ variantId, sku, name: variantName(title, variantTitle), units: String(units), onHand: available },
  }));

function BundleForm({ bundle, ...props }: BundleDialogProps & { bundle: Bundle }) {
  const { variant, name, onClose } = props;
  const formId = useId();
  const [lines, setLines] = useState<StockLine[]>(() => linesOf(bundle));
  const [tried, setTried] = useState(false);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const save = useComponents(variant.id, () => {
    toast(
      variant.isBundle
        ? `${name} is made of something else now. Linked stores follow.`
        : `${name} is a bundle now: as many are sold as its components allow. Linked stores follow.`,
    );
    onClose();
  });
  const parts = partsOf(lines);
  const problems = lines.map((line, at) => {
    const read = readPartUnits(line.units);
    const own = 'problem' in read && (tried || left.has(line.variantId)) ? read.problem : null;
    return own ?? refusedAt(save.error, at);
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (lines.length > 0 && parts.length === lines.length) save.mutate(parts);
  };
  const change = (next: StockLine[]) => {
    setLines(next);
    save.reset();
  };
  return (
    <Dialog
      title={titleOf(props)}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} look="main" busy={save.isPending}>
            {variant.isBundle ? 'Save' : 'Make it a bundle'}
          </Button>
        </>
      }
    >
      <form id={formId} noValidate className="space-y-4" onSubmit={submit}>
        <p className="text-muted">
          A bundle has no stock of its own: as many are sold as its scarcest component allows, and each one sold takes its
          components.
        </p>
        <div className="space-y-2">
          <VariantSearch
            locationId={null}
            withAvailable
            except={variant.id}
            chosen={new Set(lines.map(({ variantId }) => variantId))}
            onChoose={(choice) => change(withLine(lines, choice))}
          />
          <LineTable
            lines={lines}
            unitsLabel="Units in each"
            problems={problems}
            onChange={change}
            onLeave={({ variantId, units }) => units !== '' && setLeft((before) => new Set([...before, variantId]))}
          />
          {tried && lines.length === 0 && (
            <p role="alert" className="text-xs text-error">
              Add at least one component.
            </p>
          )}
        </div>
        <p role="status" className="rounded-box bg-base-200 px-3 py-2 empty:hidden">
          {amountsTo(parts)}
        </p>
        {save.error !== null && <Problem thrown={save.error} />}
      </form>
    </Dialog>
  );
}

/** The server names components by their place: "components.2.units". */
function refusedAt(error: Error | null, at: number): string | null {
  if (!(error instanceof ApiProblem)) return null;
  return error.issues.find(({ path }) => path.startsWith(`components.${at}.`))?.message ?? null;
}

/** Asks before a bundle is an ordinary variant again. */
export function UnbundleDialog({ variant, name, onClose }: BundleDialogProps) {
  const client = useQueryClient();
  const run = async () => {
    await put(variant.id, []);
    refreshStock(client);
    toast(`${name} counts its own stock again. Linked stores follow.`);
  };
  return (
    <Confirm title={`Make ${name} an ordinary variant?`} action="Make it an ordinary variant" run={run} onClose={onClose}>
      <p>
        {variant.tracked
          ? `Its own count applies again: ${count(variant.onHand - variant.reserved)} instead of the ${count(variant.available)} that its components allow now. `
          : 'It is not counted itself: its quantity is not sent to stores any more. '}
        Linked stores follow. Orders that are booked keep what it was made of then.
      </p>
    </Confirm>
  );
}

type Wanted = readonly { variantId: string; units: number }[];

const put = (variantId: string, components: Wanted) =>
  api.put<Bundle>(`/api/variants/${variantId}/components`, {
    components: components.map(({ variantId: id, units }) => ({ variantId: id, units })),
  });

function useComponents(variantId: string, onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (components: Wanted) => put(variantId, components),
    onSuccess: () => {
      refreshStock(client);
      onDone();
    },
  });
}
