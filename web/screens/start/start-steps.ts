import type { Store } from '~/api-model.ts';
import { changedPrice } from '~/parts/first-steps.ts';

export interface StartStep {
  id: 'connect' | 'link' | 'change';
  done: boolean;
}

/** How far the first ten minutes have come. */
export function startSteps(organizationId: string, connected: Store[]): readonly [StartStep, StartStep, StartStep] {
  return [
    { id: 'connect', done: connected.length > 0 },
    { id: 'link', done: connected.some((store) => store.counts.linked > 0) },
    { id: 'change', done: changedPrice.done(organizationId) },
  ];
}
