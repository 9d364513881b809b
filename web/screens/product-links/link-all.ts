import { api } from '~/api.ts';

export interface LinkRequest {
  listingId: string;
  variantId: string;
}

interface Linked {
  linked: number;
  failed: { listingId: string; problem: string }[];
}

/** A call stays well below the server's limit of 5 000. */
const linksPerCall = 1000;

/** Links many listings; those that cannot be linked come back, the others are done. */
export async function linkAll(links: readonly LinkRequest[]): Promise<Linked> {
  const sum: Linked = { linked: 0, failed: [] };
  for (let at = 0; at < links.length; at += linksPerCall) {
    const part = await api.post<Linked>('/api/listings/bulk-link', { links: links.slice(at, at + linksPerCall) });
    sum.linked += part.linked;
    sum.failed.push(...part.failed);
  }
  return sum;
}
