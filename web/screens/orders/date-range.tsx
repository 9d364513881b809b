import { CalendarDays } from 'lucide-react';
import { classes } from '~/parts/class-names.ts';
import { Field } from '~/parts/field.tsx';
import { Popover } from '~/parts/popover.tsx';
import { useMe } from '~/parts/session.ts';
import { addDays, dayIn, rangeWords } from '~/screens/orders/days.ts';
import { isDay } from '~/screens/orders/orders-search.ts';

interface Range {
  from: string | undefined;
  to: string | undefined;
}

interface DateRangeProps extends Range {
  /** What happened then. */
  what?: string;
  onChange: (range: Range) => void;
}

/** When it happened: a few ready ranges, or two days. Days are the organization's. */
export function DateRange({ from, to, what = 'Placed', onChange }: DateRangeProps) {
  const { organization } = useMe();
  const today = dayIn(organization.timezone, new Date());
  const words = rangeWords(from, to, today);
  const read = (day: string): string | undefined => (isDay(day) ? day : undefined);
  return (
    <Popover
      className={classes(
        'btn h-9 min-h-9 border-base-300 bg-base-100 px-3 font-normal whitespace-nowrap hover:bg-base-200 max-md:flex-1 max-md:px-2',
        words !== null && 'border-primary text-primary',
      )}
      panelClassName="w-72"
      label={`${what}: ${words ?? 'Any day'}`}
      trigger={
        <>
          <CalendarDays className="size-4" aria-hidden />
          {words ?? 'Any day'}
        </>
      }
    >
      {(close) => (
        <div className="space-y-3">
          <div className="flex flex-wrap gap-1.5">
            {[1, 7, 30, 90].map((length) => (
              <button
                key={length}
                type="button"
                className="btn btn-sm border-base-300 bg-base-100 font-normal hover:bg-base-200"
                onClick={() => {
                  onChange({ from: addDays(today, 1 - length), to: undefined });
                  close();
                }}
              >
                {length === 1 ? 'Today' : `Last ${length} days`}
              </button>
            ))}
          </div>
          <Field label="First day">
            {(tie) => (
              <input
                {...tie}
                type="date"
                className="input h-9"
                value={from ?? ''}
                max={to ?? today}
                onChange={(event) => onChange({ from: read(event.target.value), to })}
              />
            )}
          </Field>
          <Field label="Last day" help={`Days in ${organization.timezone.replaceAll('_', ' ')}.`}>
            {(tie) => (
              <input
                {...tie}
                type="date"
                className="input h-9"
                value={to ?? ''}
                min={from}
                max={today}
                onChange={(event) => onChange({ from, to: read(event.target.value) })}
              />
            )}
          </Field>
        </div>
      )}
    </Popover>
  );
}
