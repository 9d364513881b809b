import {
  CircleCheck,
  CircleDashed,
  CircleX,
  Clock,
  Hand,
  InfinityIcon,
  Link2Off,
  type LucideIcon,
  Minus,
  PauseCircle,
  Plug,
  Unplug,
} from 'lucide-react';
import type { JobStatus } from '~/api-model/activity.ts';
import type { StoreStatus, SyncState } from '~/api-model.ts';
import { classes } from '~/parts/class-names.ts';

export interface Face {
  word: string;
  icon: LucideIcon;
  tone: 'good' | 'busy' | 'wait' | 'bad' | 'none';
}

const tones: Record<Face['tone'], string> = {
  good: 'text-success',
  busy: 'text-info',
  wait: 'text-warning',
  bad: 'text-error',
  none: 'text-muted',
};

export const syncFaces: Record<SyncState, Face> = {
  in_sync: { word: 'In sync', icon: CircleCheck, tone: 'good' },
  pushing: { word: 'Pushing', icon: CircleDashed, tone: 'busy' },
  waiting: { word: 'Waiting', icon: Clock, tone: 'wait' },
  refused: { word: 'Refused', icon: CircleX, tone: 'bad' },
  held: { word: 'Held', icon: Hand, tone: 'wait' },
  not_tracked: { word: 'Not tracked', icon: InfinityIcon, tone: 'none' },
  not_linked: { word: 'Not linked', icon: Link2Off, tone: 'none' },
  not_listed: { word: 'Not listed', icon: Minus, tone: 'none' },
};

export const storeFaces: Record<StoreStatus, Face> = {
  active: { word: 'Connected', icon: Plug, tone: 'good' },
  paused: { word: 'Paused', icon: PauseCircle, tone: 'wait' },
  needs_reconnect: { word: 'Needs reconnecting', icon: CircleX, tone: 'bad' },
  disconnected: { word: 'Disconnected', icon: Unplug, tone: 'none' },
};

export const jobFaces: Record<JobStatus, Face> = {
  queued: { word: 'Waiting', icon: Clock, tone: 'none' },
  running: { word: 'Running', icon: CircleDashed, tone: 'busy' },
  succeeded: { word: 'Done', icon: CircleCheck, tone: 'good' },
  failed: { word: 'Failed', icon: CircleX, tone: 'bad' },
  cancelled: { word: 'Cancelled', icon: Minus, tone: 'none' },
  held: { word: 'Held', icon: Hand, tone: 'wait' },
};

/** A state as icon, word and colour: never as colour alone. `quiet` leaves the word to screen readers and hover. */
export function State({ face, quiet = false, className }: { face: Face; quiet?: boolean; className?: string }) {
  const Icon = face.icon;
  return (
    <span
      className={classes('inline-flex items-center gap-1.5 align-middle whitespace-nowrap', className)}
      title={quiet ? face.word : undefined}
    >
      <Icon className={classes('size-4 shrink-0', tones[face.tone])} aria-hidden />
      <span className={quiet ? 'sr-only' : classes(face.tone === 'none' && 'text-muted', face.tone === 'bad' && 'text-error')}>
        {face.word}
      </span>
    </span>
  );
}

/** Seen from a person's words; a server may send a state that this page does not know yet. */
export const syncFace = (state: SyncState): Face =>
  syncFaces[state] ?? { word: state.replaceAll('_', ' '), icon: CircleDashed, tone: 'none' };
