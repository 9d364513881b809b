import { remember, remembered } from '~/parts/remembered.ts';

const name = (organizationId: string) => `changed-price-${organizationId}`;

/** The last of the first steps: this person has changed a price by hand. The server's jobs do not tell that from other pushes. */
export const changedPrice = {
  note: (organizationId: string): void => remember(name(organizationId), 'yes'),
  done: (organizationId: string): boolean => remembered(name(organizationId)) !== null,
};
