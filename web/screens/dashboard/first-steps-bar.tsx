import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ListChecks } from 'lucide-react';
import { remembered } from '~/parts/remembered.ts';
import { useMe } from '~/parts/session.ts';
import { firstStepsQuery } from '~/queries.ts';
import { dismissedKey } from '~/screens/start/dismissed-key.ts';

/** The first ten minutes, until they are done or dismissed. */
export function FirstStepsBar() {
  const me = useMe();
  const dismissed = remembered(dismissedKey(me.organization.id)) !== null;
  const { data } = useQuery({ ...firstStepsQuery, enabled: !dismissed });
  if (dismissed || data === undefined) return null;
  const marks = [data.storeConnected, data.linkConfirmed, data.priceChanged];
  const done = marks.filter(Boolean).length;
  if (done === marks.length) return null;
  return (
    <section
      aria-label="Your first ten minutes"
      className="flex flex-wrap items-center gap-3 rounded-box border border-base-300 bg-base-100 px-4 py-2.5"
    >
      <ListChecks className="size-4 shrink-0 text-primary" aria-hidden />
      <span className="flex-1">
        Your first ten minutes: <span className="tabular-nums">{done}</span> of {marks.length} done
      </span>
      <Link to="/start" className="btn btn-sm btn-primary">
        Go on
      </Link>
    </section>
  );
}
