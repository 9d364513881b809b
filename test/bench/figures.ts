/** What a measurement found, beside the limit that this machine sets, measured in the same run. */
export interface Figure {
  what: string;
  value: number;
  unit: string;
  /** What it is held against: a limit measured in the same run, or an aim. */
  against?: { what: string; value: number };
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export function table(figures: readonly Figure[]): string {
  const rows = figures.map(({ what, value, unit, against }) => [
    what,
    `${rounded(value)} ${unit}`,
    against === undefined ? '' : `${against.what} ${rounded(against.value)}`,
    against === undefined ? '' : `${Math.round((value / against.value) * 100)} %`,
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const rounded = (value: number): string => (Math.abs(value) >= 100 ? String(Math.round(value)) : value.toFixed(1));

/** Runs `work` on so many lanes until `milliseconds` have passed; returns each call's duration in milliseconds. */
export async function flood(
  lanes: number,
  milliseconds: number,
  work: (lane: number, nth: number) => Promise<void>,
): Promise<number[]> {
  const durations: number[] = [];
  const endAt = performance.now() + milliseconds;
  const lane = async (number: number) => {
    for (let nth = 0; performance.now() < endAt; nth++) {
      const begun = performance.now();
      await work(number, nth);
      durations.push(performance.now() - begun);
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, number) => lane(number)));
  return durations;
}
