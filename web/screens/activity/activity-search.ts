import { oneOf, text } from '~/parts/search-parameters.ts';

export const activityTabs = ['stream', 'jobs', 'differences', 'webhooks'] as const;
export const logLevels = ['info', 'warning', 'error'] as const;
export const jobStatuses = ['queued', 'running', 'succeeded', 'failed', 'cancelled', 'held'] as const;

export const driftStates = ['waiting', 'settled'] as const;
export const driftFieldNames = ['quantity', 'price'] as const;
export const driftCauseNames = ['edited', 'ignored', 'ours', 'missed_order', 'too_many'] as const;

/** `event`: the webhook event whose sheet is open. */
export const readActivitySearch = (search: Record<string, unknown>) => ({
  ...text('q', search),
  ...text('storeId', search),
  ...text('jobId', search),
  ...text('listingId', search),
  ...text('event', search),
  ...oneOf('tab', activityTabs, search),
  ...oneOf('level', logLevels, search),
  ...oneOf('status', jobStatuses, search),
  ...oneOf('drift', driftStates, search),
  ...oneOf('field', driftFieldNames, search),
  ...oneOf('cause', driftCauseNames, search),
  ...oneOf('processed', ['true', 'false'] as const, search),
});
