import { expect, test } from 'vitest';
import { contractMissing, publishedSchema } from '#connectors/shopify/fixtures/published-contract.ts';
import { carrierName, knownCarriers } from '#connectors/shopify/orders/carrier-name.ts';

test('a carrier that the platform knows is spelt as it spells it, any other as it was written', () => {
  expect(carrierName('fedex')).toBe('FedEx');
  expect(carrierName(' dhl-express ')).toBe('DHL Express');
  expect(carrierName('SF EXPRESS')).toBe('SF Express');
  expect(carrierName('西濃運輸')).toBe('西濃運輸');
  expect(carrierName(' Anna on her bike ')).toBe('Anna on her bike');
  expect(carrierName('')).toBe('');
  for (const name of knownCarriers) expect(carrierName(name)).toBe(name);
});

const schema = publishedSchema('2026-10');
if (schema === null) console.info(`Shopify carriers against the schema: ${contractMissing}`);

test.skipIf(schema === null)('every one stands in the published list', () => {
  const published = (
    schema?.getType('FulfillmentTrackingInfo') as { getFields(): Record<string, { description?: string | null }> } | undefined
  )
    ?.getFields()
    .company?.description?.replaceAll(/\s+/g, ' ');
  expect(published).toContain('Supported tracking companies');
  expect(knownCarriers.filter((name) => !published?.includes(name))).toEqual([]);
  expect(knownCarriers.length).toBeGreaterThan(150);
});
