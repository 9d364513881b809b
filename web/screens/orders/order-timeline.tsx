import { useQuery } from '@tanstack/react-query';
import { Moment } from '~/parts/moment.tsx';
import { Problem } from '~/parts/problem.tsx';
import { useMe } from '~/parts/session.ts';
import { Section } from '~/screens/orders/section.tsx';
import { timelineQuery } from '~/screens/orders/use-order-change.ts';

/** The order's whole story, what it did to the stock included; the newest line first. */
export function Timeline({ orderId }: { orderId: string }) {
  const reading = useQuery(timelineQuery(orderId));
  const me = useMe();
  const lines = reading.data?.toReversed() ?? [];
  return (
    <Section title="What happened">
      {reading.data === undefined && reading.error !== null ? (
        <Problem thrown={reading.error} reading onRetry={() => void reading.refetch()} />
      ) : reading.data === undefined ? (
        <div className="skeleton h-24" role="status" aria-label="Loading" />
      ) : lines.length === 0 ? (
        <p className="text-muted">Nothing is recorded of this order.</p>
      ) : (
        <ol className="ml-1.5 border-l border-base-300">
          {lines.map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two lines may read the same at the same moment; only new ones come on top
            <li key={lines.length - index} className="relative pb-2.5 pl-4 last:pb-0">
              <span aria-hidden className="absolute top-1.5 -left-[0.28rem] size-2 rounded-full bg-base-content/40" />
              <span className="block">{line.sentence}</span>
              <span className="text-xs text-muted">
                <Moment at={line.at} />
                {line.who !== null && `, by ${line.who === me.user.name ? 'you' : line.who}`}
              </span>
            </li>
          ))}
        </ol>
      )}
    </Section>
  );
}
