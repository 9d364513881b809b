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
