import { type PointerEvent, useRef, useState } from 'react';
import { counted, money } from '~/parts/amounts.ts';
import { axisTicks, labelEvery, type SalesDay } from '~/screens/dashboard/sales-model.ts';
import { useWidth } from '~/screens/dashboard/use-width.ts';
import { dayWords, weekdayWords } from '~/screens/orders/days.ts';

interface SalesChartProps {
  days: SalesDay[];
  currency: string;
  nameOf: (storeId: string) => string;
  colourOf: (storeId: string) => string;
}

const height = 224;
const margin = { top: 8, right: 4, bottom: 22, left: 56 };
const plotHeight = height - margin.top - margin.bottom;
/** Between the parts of a bar, so that they are told apart by more than colour. */
const gap = 1.5;

/**
 * Bars per day, stacked by store. One looks at a day with the pointer, or with the arrow keys on the slider that lies under
 * the bars; the table beside it has the same figures.
 */
export function SalesChart({ days, currency, nameOf, colourOf }: SalesChartProps) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const [at, setAt] = useState<number | null>(null);
  const plotWidth = Math.max(0, width - margin.left - margin.right);
  const ticks = axisTicks(Math.max(0, ...days.map(({ total }) => Number(total))));
  const top = ticks.at(-1) ?? 1;
  const band = days.length === 0 ? 0 : plotWidth / days.length;
  const looked = at === null ? undefined : days[at];
  const dayAt = (x: number) => Math.min(days.length - 1, Math.max(0, Math.floor((x - margin.left) / band)));
  const look = ({ clientX, currentTarget }: PointerEvent<HTMLElement>) =>
    band > 0 && setAt(dayAt(clientX - currentTarget.getBoundingClientRect().left));
  return (
    <div
      ref={frame}
      className="relative touch-pan-y rounded-field has-focus-visible:outline-2 has-focus-visible:outline-primary"
      onPointerMove={look}
      onPointerDown={look}
      // A finger leaves with every tap: the day stays in sight until another one is tapped.
      onPointerLeave={({ pointerType }) => pointerType === 'mouse' && setAt(null)}
    >
      <svg
        width={width}
        height={height}
        role="img"
        aria-label={`Sales of ${days.length} days as bars, in ${currency}`}
        className="block"
      >
        <Axis ticks={ticks} top={top} width={width} currency={currency} />
        {days.map((day, index) => (
          <Bar
            key={day.day}
            day={day}
            x={margin.left + index * band}
            band={band}
            top={top}
            colourOf={colourOf}
            looked={index === at}
          />
        ))}
        <DayNames days={days} band={band} plotWidth={plotWidth} />
      </svg>
      <input
        type="range"
        aria-label="Look at a day"
        aria-valuetext={looked === undefined ? undefined : dayText(looked, currency, nameOf)}
        className="pointer-events-none absolute inset-x-0 bottom-0 h-6 w-full opacity-0"
        min={0}
        max={Math.max(0, days.length - 1)}
        value={at ?? days.length - 1}
        onFocus={() => setAt((before) => before ?? days.length - 1)}
        onBlur={() => setAt(null)}
        onChange={(event) => setAt(Number(event.target.value))}
      />
      {looked !== undefined && at !== null && (
        <Look
          day={looked}
          currency={currency}
          nameOf={nameOf}
          colourOf={colourOf}
          x={margin.left + (at + 0.5) * band}
          width={width}
        />
      )}
    </div>
  );
}

const dayText = ({ day, total, orders, parts }: SalesDay, currency: string, nameOf: (id: string) => string): string =>
  `${weekdayWords(day)}: ${money(total, currency)} from ${counted(orders, 'order')}${parts
    .map((part) => `; ${nameOf(part.storeId)} ${money(part.total, currency)}`)
    .join('')}`;

const short = new Map<string, Intl.NumberFormat>();
function shortMoney(amount: number, currency: string): string {
  let format = short.get(currency);
  if (format === undefined) {
    const known = /^[A-Z]{3}$/.test(currency);
    format = new Intl.NumberFormat('en', {
      ...(known ? { style: 'currency', currency, currencyDisplay: 'narrowSymbol' } : {}),
      notation: 'compact',
      minimumFractionDigits: 0,
      maximumFractionDigits: 2,
    });
    short.set(currency, format);
  }
  return format.format(amount);
}

const yOf = (amount: number, top: number): number => margin.top + plotHeight * (1 - amount / top);

function Axis({ ticks, top, width, currency }: { ticks: number[]; top: number; width: number; currency: string }) {
  return (
    <g>
      {ticks.map((tick) => (
        <g key={tick}>
          <line x1={margin.left} x2={width - margin.right} y1={yOf(tick, top)} y2={yOf(tick, top)} className="stroke-base-300" />
          <text x={margin.left - 8} y={yOf(tick, top)} dy="0.32em" textAnchor="end" className="fill-muted text-xs tabular-nums">
            {shortMoney(tick, currency)}
          </text>
        </g>
      ))}
    </g>
  );
}

interface BarProps {
  day: SalesDay;
  x: number;
  band: number;
  top: number;
  colourOf: (storeId: string) => string;
  looked: boolean;
}

function Bar({ day, x, band, top, colourOf, looked }: BarProps) {
  const wide = Math.max(1, Math.min(36, band * 0.72));
  let below = 0;
  return (
    <g>
      {looked && <rect x={x} y={margin.top} width={band} height={plotHeight} className="fill-base-content/8" />}
      {day.parts.map((part) => {
        const amount = Math.max(0, Number(part.total));
        const y = yOf(below + amount, top);
        const full = yOf(below, top) - y;
        below += amount;
        return (
          <rect
            key={part.storeId}
            x={x + (band - wide) / 2}
            y={y}
            width={wide}
            height={Math.max(full > 0 ? 0.5 : 0, full - gap)}
            rx={Math.min(2, wide / 4)}
            style={{ fill: colourOf(part.storeId) }}
          />
        );
      })}
    </g>
  );
}

const nameWidth = 52;

function DayNames({ days, band, plotWidth }: { days: SalesDay[]; band: number; plotWidth: number }) {
  // The last name is moved in from the edge, towards the one before.
  const every = labelEvery(days.length, plotWidth, nameWidth * 1.4);
  return (
    <g>
      {days.map(({ day }, index) =>
        (days.length - 1 - index) % every === 0 ? (
          <text
            key={day}
            x={Math.min(margin.left + (index + 0.5) * band, margin.left + plotWidth - nameWidth / 2 + 6)}
            y={height - 6}
            textAnchor="middle"
            className="fill-muted text-xs tabular-nums"
          >
            {dayWords(day)}
          </text>
        ) : null,
      )}
    </g>
  );
}

const lookWidth = 208;

interface LookProps {
  day: SalesDay;
  currency: string;
  nameOf: (storeId: string) => string;
  colourOf: (storeId: string) => string;
  x: number;
  width: number;
}

/** The figures of the day that one looks at, beside its bar. */
function Look({ day, currency, nameOf, colourOf, x, width }: LookProps) {
  const left = x + 12 + lookWidth > width ? Math.max(0, x - 12 - lookWidth) : x + 12;
  return (
    <div
      aria-hidden
      className="pointer-events-none absolute top-1 z-10 rounded-box border border-base-300 bg-base-100 p-2.5 text-xs shadow-lg"
      style={{ left, width: lookWidth }}
    >
      <p className="flex justify-between gap-3 font-medium">
        <span>{weekdayWords(day.day)}</span>
        <span className="tabular-nums">{money(day.total, currency)}</span>
      </p>
      {day.parts.map(({ storeId, total }) => (
        <p key={storeId} className="mt-1 flex items-center gap-2">
          <span className="size-2.5 shrink-0 rounded-xs" style={{ background: colourOf(storeId) }} />
          <span className="min-w-0 flex-1 truncate">{nameOf(storeId)}</span>
          <span className="tabular-nums">{money(total, currency)}</span>
        </p>
      ))}
      <p className="mt-1 text-muted">{counted(day.orders, 'order')}</p>
    </div>
  );
}
