import { useQuery } from '@tanstack/react-query';
import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { api } from '~/api.ts';
import type { ExplainedFigure, ExplainedPlace, ExplainStep, Explanation } from '~/api-model/explanations.ts';
import { money } from '~/parts/amounts.ts';
import { classes } from '~/parts/class-names.ts';
import { changeDocumentOf, documentOf } from '~/parts/explain-documents.ts';
import { ExplainPlaces } from '~/parts/explain-places.tsx';
import { type StepChange, stepChangeAt, stepCurrency, stepWords } from '~/parts/explain-words.ts';
import { useNow } from '~/parts/moment.tsx';
import { Popover } from '~/parts/popover.tsx';
import { Problem } from '~/parts/problem.tsx';
import { heldReason } from '~/parts/reasons.ts';
import { exactTime, streamTime } from '~/parts/relative-time.ts';
import { useStores } from '~/parts/session.ts';

interface ExplainProps {
  listingId: string;
  kind: 'price' | 'quantity';
  /** What the button says; null where there is no figure. */
  shown: string | null;
  /** Of a price, on this store. */
  currency: string;
  /** The store's and the thing's name, for the question. */
  where: string;
  what: string;
  className?: string;
}

/** A number that tells on a click where it comes from: "why is this 7?". */
export function Explain({ shown, where, className, ...rest }: ExplainProps) {
  if (shown === null) return <span className="px-2 py-0.5 text-muted">–</span>;
  return (
    <Popover
      className={classes(
        'rounded px-2 py-0.5 whitespace-nowrap tabular-nums underline decoration-base-content/40 decoration-dotted underline-offset-4 hover:bg-base-300/60',
        className,
      )}
      panelClassName="w-80"
      trigger={shown}
      label={`${shown}: why, on ${where}?`}
    >
      {() => <Ladder {...rest} title={`Why is the ${rest.kind} of ${rest.what} on ${where} ${shown}?`} />}
    </Popover>
  );
}

type LadderProps = Pick<ExplainProps, 'listingId' | 'kind' | 'currency'> & { title: string };

function Ladder({ listingId, kind, currency, title }: LadderProps) {
  const reading = useQuery({
    queryKey: ['explanation', listingId],
    queryFn: ({ signal }) => api.get<Explanation>(`/api/listings/${listingId}/explain`, {}, signal),
  });
  if (reading.error !== null) return <Problem thrown={reading.error} reading onRetry={() => void reading.refetch()} />;
  if (reading.data === undefined) return <div className="skeleton h-28" role="status" aria-label="Loading" />;
  const figure = reading.data[kind];
  const shown = (amount: string, of: string) => (kind === 'price' ? money(amount, of) : amount);
  const reason = heldReason(figure.heldReason);
  const places = kind === 'quantity' ? reading.data.quantity.places : [];
  return (
    <div className="space-y-2 whitespace-normal">
      <p className="font-medium">{title}</p>
      <table className="w-full">
        <caption className="sr-only">Step by step</caption>
        <tbody>
          {figure.steps.map((step, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the same kind of step may come twice, and steps never change places
            <tr key={index}>
              <th scope="row" className="py-0.5 pr-3 text-left font-normal">
                <Source to={documentOf(step, listingId, reading.data.documents)}>{stepWords(step)}</Source>
                <LastChange step={step} change={stepChangeAt(figure.steps, index)} />
              </th>
              <td className="figures py-0.5">{shown(step.amount, stepCurrency(figure.steps, index, currency))}</td>
            </tr>
          ))}
          <CountedElsewhere places={places} storeId={reading.data.documents.storeId} />
          <tr className="border-t border-base-300 font-semibold">
            <th scope="row" className="py-1 text-left">
              Should be
            </th>
            <td className="figures py-1">{figure.result === null ? 'not sent' : shown(figure.result, currency)}</td>
          </tr>
        </tbody>
      </table>
      {reason !== null && <p className="text-warning">{reason}</p>}
      {places.length > 1 ? (
        <ExplainPlaces places={places} />
      ) : (
        <Pushed pushed={figure.pushed} shown={(amount) => shown(amount, currency)} />
      )}
      <p className="flex flex-wrap gap-x-4 text-xs">
        <Link to="/product-links" search={{ listing: listingId }} className="link">
          Settings of this link
        </Link>
        <Link to="/activity" search={{ listingId }} className="link">
          What happened
        </Link>
      </p>
    </div>
  );
}

/** What the store counts itself is in the sum, and in none of the steps above. */
function CountedElsewhere({ places, storeId }: { places: readonly ExplainedPlace[]; storeId: string }) {
  const { stores } = useStores();
  const main = stores.find(({ id }) => id === storeId)?.settings.remoteLocationId;
  const mixed = places.some(({ isOwned }) => !isOwned);
  return places
    .filter(({ id, isOwned, result }) => isOwned && result !== null && (mixed || id !== main))
    .map(({ id, name, result }) => (
      <tr key={id}>
        <th scope="row" className="py-0.5 pr-3 text-left font-normal">
          Counted at {name} by the store
        </th>
        <td className="figures py-0.5">+{result}</td>
      </tr>
    ));
}

/** A step leads to where its figure comes from. */
function Source({ to, children }: { to: LinkProps | null; children: ReactNode }) {
  if (to === null) return children;
  return (
    <Link {...to} className="underline decoration-dotted underline-offset-4 hover:decoration-solid">
      {children}
    </Link>
  );
}

/** Since when, and by what, it is so. */
function LastChange({ step, change }: { step: ExplainStep; change: StepChange | null }) {
  const now = useNow();
  if (change === null) return null;
  return (
    <span className="block text-xs text-muted" title={change.at === null ? undefined : exactTime(change.at)}>
      <Source to={changeDocumentOf(step)}>{change.words}</Source>
      {change.at !== null && `, ${streamTime(change.at, now)}`}
    </span>
  );
}

/** What was sent last, and what the store showed when it was read last. */
function Pushed({ pushed, shown }: { pushed: ExplainedFigure['pushed']; shown: (amount: string) => string }) {
  const now = useNow();
  if (pushed === null) return null;
  const { value, appliedAt, readAt, remote } = pushed;
  return (
    <ul className="text-xs text-muted">
      {value !== null && appliedAt !== null ? (
        <li title={exactTime(appliedAt)}>
          {shown(value)} sent and accepted {streamTime(appliedAt, now)}
        </li>
      ) : (
        <li>Nothing was sent for it yet.</li>
      )}
      {remote !== null && readAt !== null && (
        <li title={exactTime(readAt)}>
          {shown(remote)} read there {streamTime(readAt, now)}
        </li>
      )}
    </ul>
  );
}
