import { z } from 'zod';
import { AppError } from '#base/errors.ts';
import { actorOf } from '#http/access.ts';
import type { Api, RouteDeps } from '#http/app.ts';
import { amountText } from '#http/shapes.ts';
import { dayOf, readSales } from '#orders/read-sales.ts';
import { readOrganizationSettings } from '#organizations/read-organization-settings.ts';

const sales = z.object({
  currency: z.string().describe("The organization's own; every line of the series names its currency"),
  timezone: z.string(),
  from: z.iso.date(),
  to: z.iso.date(),
  series: z.array(
    z.object({
      day: z.iso.date().nullable().describe('Null when asked for by store'),
      storeId: z.uuid(),
      currency: z.string(),
      orders: z.number().int(),
      units: z.number().int(),
      total: z.string(),
      refunded: z.string().describe('What was paid back of it since'),
    }),
  ),
});

const daysAtMost = 400;
const usualDays = 30;
const dayMs = 86_400_000;

const salesQuery = z.object({
  from: z.iso.date().optional().describe(`First day; ${usualDays} days before the last one when it is left out`),
  to: z.iso.date().optional().describe("Last day, in the organization's time zone; today when it is left out"),
  by: z.enum(['day', 'store']).default('day'),
});

export function salesRoutes(app: Api, { hub }: RouteDeps): void {
  app.get(
    '/api/sales',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['Orders'],
        summary: 'What was sold, by day and store',
        description:
          "Orders by the day on which they were placed, in the organization's time zone, but for unpaid and cancelled ones. Amounts of different currencies are never added; days without sales are left out.",
        querystring: salesQuery,
        response: { 200: sales },
      },
    },
    async (request) =>
      await hub.db.inOrganization(actorOf(request).organizationId, async (tx) => {
        const { currency, timezone } = await readOrganizationSettings(tx);
        const to = request.query.to ?? (await dayOf(tx, hub.clock.now(), timezone));
        const from = request.query.from ?? new Date(Date.parse(to) - (usualDays - 1) * dayMs).toISOString().slice(0, 10);
        const days = (Date.parse(to) - Date.parse(from)) / dayMs + 1;
        if (days < 1 || days > daysAtMost) {
          const message = days < 1 ? 'The last day lies before the first.' : `Ask for at most ${daysAtMost} days at once.`;
          throw new AppError('invalid_input', message, { issues: [{ path: 'to', message }] });
        }
        const series = await readSales(tx, { from, to, by: request.query.by }, timezone);
        const shown = series.map((line) => ({
          ...line,
          total: amountText(line.total, line.currency) ?? line.total,
          refunded: amountText(line.refunded, line.currency) ?? line.refunded,
        }));
        return { currency, timezone, from, to, series: shown };
      }),
  );
}
