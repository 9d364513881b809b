import { ApiProblem } from '~/api.ts';

const sentences: Record<string, string> = {
  credentials_rejected: 'The platform did not confirm the connection. Start again and agree on its page.',
  scopes_missing: 'The platform did not give every right that is needed. Start again and agree to all of them.',
  already_connected: 'This account is connected already. Open it in the list, or disconnect it there first.',
  host_not_allowed: 'This address is not one of the platform. Check the store address and start again.',
  platform_unavailable: 'The platform did not answer. Nothing was changed; try again in a few minutes.',
};

/** What a consent page's return says, as something that can be shown. */
export const callbackProblem = (code: string): ApiProblem =>
  new ApiProblem(
    422,
    {
      title: 'The store was not connected',
      code,
      detail: sentences[code] ?? 'The connection was not finished. Nothing was changed; start again.',
    },
    null,
  );
