/** Who buys in practice stores. */
import type { ShopBuyer } from '#connectors/shopify/sandbox/orders/order.ts';

/** Every practice buyer lives here; only the name differs. */
export const address = {
  address1: '123 Practice Street',
  address2: null,
  city: 'New York',
  province: 'New York',
  provinceCode: 'NY',
  country: 'United States',
  countryCodeV2: 'US',
  zip: '10001',
} as const;

export function newBuyer(name: string, id: string, addressId: string, createdAt: number): ShopBuyer {
  const [firstName = '', ...rest] = name.trim().split(/\s+/);
  const mailbox = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '.')
    .replace(/^\.|\.$/g, '');
  const email = `${mailbox === '' ? 'buyer' : mailbox}@example.com`;
  return { id, addressId, firstName, lastName: rest.join(' '), email, phone: '+12125550100', createdAt };
}
