import { api } from '~/api.ts';
import type { Platform, Store } from '~/api-model.ts';

/**
 * Connects the practice store of a platform. No fields: the server that runs the practice store knows its credentials.
 */
export function connectPractice(platform: Platform): Promise<Store> {
  const [scheme] = platform.auth;
  return api.post<Store>('/api/stores', {
    platform: platform.id,
    scheme: scheme?.kind,
    fields: {},
    baseUrl: platform.practiceBaseUrl,
  });
}
