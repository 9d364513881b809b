import { oneOf, text } from '~/parts/search-parameters.ts';

export const storeStatuses = ['active', 'paused', 'needs_reconnect', 'disconnected'] as const;

/** `connect`: '1' or a platform's id opens the dialog, `practice` for its practice store; `connected` and `problem` come back from a platform's consent page. */
export const readIntegrationsSearch = (search: Record<string, unknown>) => ({
  ...text('q', search),
  ...text('connect', search),
  ...oneOf('practice', ['yes'] as const, search),
  ...text('connected', search),
  ...text('problem', search),
  ...text('settings', search),
  ...text('leave', search),
  ...oneOf('status', storeStatuses, search),
});
