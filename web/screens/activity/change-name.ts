import type { AppliedChangeSet } from '~/api-model/activity.ts';
import { counted } from '~/parts/amounts.ts';

type Named = Pick<AppliedChangeSet, 'cause' | 'storeId' | 'summary' | 'change'>;
interface Asked {
  patch?: { settings?: Record<string, unknown> };
  rate?: { base: string; quote: string; rate: string };
  location?: { name: string; change: { isActive?: boolean; isDefault?: boolean; ownerStoreId?: string | null } };
}

/** What a bulk change is, in words that may stand within a sentence. `store`: its name, if it is of one. */
export function changeName({ cause, storeId, summary, change }: Named, store: string | undefined): string {
  const { patch, rate, location }: Asked = change;
  const products = counted(summary.products ?? 0, 'product');
  if (cause === 'import') return summary.file === undefined ? `import of ${products}` : `import of ${summary.file}, ${products}`;
  if (cause === 'links') return `${counted(summary.linked ?? 0, 'listing')} linked at once`;
  if (rate !== undefined) return `the rate 1 ${rate.base} = ${rate.rate} ${rate.quote}`;
  if (location !== undefined) return locationName(location);
  const whose = storeId === null ? 'the organization' : (store ?? 'a store that is gone');
  if (cause === 'adoption') return `very many figures changed at once on ${whose}`;
  return `${cause === 'rules' ? ruleName(patch?.settings ?? {}) : cause.replaceAll('_', ' ')} of ${whose}`;
}

export const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function locationName({ name, change }: NonNullable<Asked['location']>): string {
  if (change.isDefault === true) return `${name} as the default location`;
  if (change.isActive === undefined && change.ownerStoreId !== undefined) return `who counts ${name}`;
  return change.isActive === true ? `opening ${name} again` : `closing ${name}`;
}

function ruleName(settings: Record<string, unknown>): string {
  const moved = ['locationMap', 'emptyPlaces', 'remoteLocationId'].some((name) => settings[name] !== undefined);
  if (settings.locationIds === undefined && !moved) return 'new rules';
  const rulesToo = settings.priceRule !== undefined || settings.stockRule !== undefined;
  if (moved) return rulesToo ? 'new rules and locations' : 'other locations';
  return rulesToo ? 'new rules and feeding locations' : 'other feeding locations';
}
