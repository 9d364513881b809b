import { useQuery } from '@tanstack/react-query';
import { api } from '~/api.ts';
import type { ExplainStep, Explanation, PushedValue } from '~/api-model.ts';
import { money } from '~/parts/amounts.ts';
import { classes } from '~/parts/class-names.ts';
import { Popover } from '~/parts/popover.tsx';
import { Problem } from '~/parts/problem.tsx';
import { heldReason } from '~/parts/reasons.ts';
import { clockTime, exactTime } from '~/parts/relative-time.ts';

interface ExplainProps {
  listingId: string;
  kind: 'price' | 'quantity';
  shown: string | null;
  /** The store's and the thing's name, for the question. */
  where: string;
  what: string;
  className?: string;
}

/** A number that tells on a click where it comes from: "why is this 7?". */
export function Explain({ listingId, kind, shown, where, what, className }: ExplainProps) {
  if (shown === null) return <span className="px-2 py-0.5 text-muted">–</span>;
  return (
    <Popover
      className={classes('rounded px-2 py-0.5 whitespace-nowrap tabular-nums hover:bg-base-300/60', className)}
      panelClassName="w-80"
      trigger={shown}
      label={`${shown}: why, on ${where}?`}
    >
      {() => <Ladder listingId={listingId} kind={kind} title={`Why is the ${kind} of ${what} on ${where} ${shown}?`} />}
    </Popover>
  );
}

function Ladder({ listingId, kind, title }: { listingId: string; kind: ExplainProps['kind']; title: string }) {
  const reading = useQuery({
    queryKey: ['explanation', listingId],
    queryFn: ({ signal }) => api.get<Explanation>(`/api/listings/${listingId}/explain`, {}, signal),
  });
  if (reading.error !== null) return <Problem thrown={reading.error} reading onRetry={() => void reading.refetch()} />;
  if (reading.data === undefined) return <div className="skeleton h-28" role="status" aria-label="Loading" />;
  const { [kind]: part, pushed } = reading.data;
  const currency = reading.data.price.currency;
  const shown = (amount: string | number | null) =>
    amount === null ? '' : kind === 'price' && currency !== undefined ? money(String(amount), currency) : String(amount);
  const reason = heldReason(part.reason);
  return (
    <div className="space-y-2 whitespace-normal">
      <p className="font-medium">{title}</p>
      <table className="w-full">
        <caption className="sr-only">Step by step</caption>
        <tbody>
          {part.steps.map((step, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the same kind of step may come twice, and steps never change places
            <Step key={index} step={step} amount={shown(step.amount)} />
          ))}
          <tr className="border-t border-base-300 font-semibold">
            <th scope="row" className="py-1 text-left">
              Should be
            </th>
            <td className="figures py-1">{part.result === null ? 'not sent' : shown(part.result)}</td>
          </tr>
        </tbody>
      </table>
      {reason !== null && <p className="text-warning">{reason}</p>}
      <Pushed value={pushed[kind]} />
    </div>
  );
}

const Step = ({ step, amount }: { step: ExplainStep; amount: string }) => (
  <tr>
    <th scope="row" className="py-0.5 pr-3 text-left font-normal">
      {step.label}
    </th>
    <td className="figures py-0.5">{amount}</td>
  </tr>
);

function Pushed({ value }: { value: PushedValue | null | undefined }) {
  if (value?.pushedAt == null) return <p className="text-xs text-muted">Nothing was sent for it yet.</p>;
  return (
    <p className="text-xs text-muted" title={exactTime(value.pushedAt)}>
      {String(value.value ?? '')} sent {clockTime(value.pushedAt)}
      {value.confirmedAt === null ? ', not confirmed yet' : `, confirmed ${clockTime(value.confirmedAt)}`}
    </p>
  );
}
