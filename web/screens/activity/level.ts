import { CircleX, Info, TriangleAlert } from 'lucide-react';
import type { SyncLog } from '~/api-model/activity.ts';
import type { Face } from '~/parts/state.tsx';

export const levelFaces: Record<SyncLog['level'], Face & { plural: string }> = {
  info: { word: 'Done', plural: 'What went well', icon: Info, tone: 'none' },
  warning: { word: 'Warning', plural: 'Warnings', icon: TriangleAlert, tone: 'wait' },
  error: { word: 'Error', plural: 'Errors', icon: CircleX, tone: 'bad' },
};
