import { api } from '~/api.ts';

interface Consent {
  platform: string;
  fields: Record<string, string>;
  /** Of a practice store. */
  baseUrl: string | null;
}

/** Leaves this app for the platform's consent page, which sends the person back to Integrations. */
export async function beginConsent(consent: Consent): Promise<void> {
  const { authorizeUrl } = await api.post<{ authorizeUrl: string }>('/api/stores/oauth', consent);
  window.location.assign(authorizeUrl);
}
