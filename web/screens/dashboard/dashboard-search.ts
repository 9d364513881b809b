import { oneOf, text } from '~/parts/search-parameters.ts';

export const salesPeriods = ['7', '30', '90'] as const;

export const freshnessWindows = ['hour', 'day', 'week'] as const;

/** `days`, `fresh`: how far back the sales and the freshness go; `show`: the figures as a table instead of a picture. */
export const readDashboardSearch = (search: Record<string, unknown>) => ({
  ...oneOf('days', salesPeriods, { days: typeof search.days === 'number' ? String(search.days) : search.days }),
  ...oneOf('fresh', freshnessWindows, search),
  ...text('currency', search),
  ...oneOf('show', ['table'] as const, search),
});
