/** What rules would do, as the API shows it. */
import { z } from 'zod';
import { amountText } from '#http/shapes.ts';
import type { RulePreview } from '#sync/preview-rules.ts';

const ruleChange = z.object({
  listingId: z.uuid(),
  storeId: z.uuid(),
  productTitle: z.string(),
  variantTitle: z.string(),
  sku: z.string(),
  currency: z.string(),
  price: z.object({
    before: z.string().nullable(),
    after: z.string().nullable(),
    reason: z.string().nullable().describe('A code: why nothing would be sent'),
  }),
  quantity: z
    .object({
      before: z.number().nullable(),
      after: z.number().nullable(),
      moved: z.boolean().describe("At least one of the platform's locations would show another figure"),
    })
    .describe("Of all the platform's locations together"),
});

export const rulePreview = z
  .object({
    listings: z.number().describe('Linked listings concerned'),
    computed: z.number().describe('How many of them the figures are of'),
    repriced: z.number(),
    recounted: z.number(),
    zeroed: z.number(),
    largest: z.array(ruleChange),
    examples: z.array(ruleChange),
    rates: z.array(z.object({ base: z.string(), quote: z.string(), rate: z.string(), statedAt: z.date() })),
  })
  .meta({ id: 'RulePreview' });

/** Amounts with their currency's digits. */
export function shownPreview(preview: RulePreview): RulePreview {
  const inCurrency = ({ price, ...change }: RulePreview['largest'][number]) => ({
    ...change,
    price: {
      ...price,
      before: amountText(price.before, change.currency),
      after: amountText(price.after, change.currency),
    },
  });
  return { ...preview, largest: preview.largest.map(inCurrency), examples: preview.examples.map(inCurrency) };
}
