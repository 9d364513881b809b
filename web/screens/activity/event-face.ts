import { CircleCheck, CircleX, Clock } from 'lucide-react';
import type { WebhookEvent } from '~/api-model/activity.ts';
import type { Face } from '~/parts/state.tsx';

export function eventFace({ processedAt, errorMessage }: WebhookEvent): Face {
  if (errorMessage !== null) return { word: 'Failed', icon: CircleX, tone: 'bad' };
  if (processedAt === null) return { word: 'Waiting', icon: Clock, tone: 'wait' };
  return { word: 'Processed', icon: CircleCheck, tone: 'good' };
}
