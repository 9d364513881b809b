import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Button } from '~/parts/button.tsx';
import { Dialog } from '~/parts/dialog.tsx';
import { Problem } from '~/parts/problem.tsx';

interface ConfirmProps {
  title: string;
  /** Names the thing and the consequence. */
  children: ReactNode;
  action: string;
  danger?: boolean;
  run: () => Promise<unknown>;
  onClose: () => void;
}

/** Asks before an act; stays open with the reason when it is refused. */
export function Confirm({ title, children, action, danger = false, run, onClose }: ConfirmProps) {
  const act = useMutation({ mutationFn: run, onSuccess: onClose });
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look={danger ? 'danger' : 'main'} busy={act.isPending} onClick={() => act.mutate()}>
            {action}
          </Button>
        </>
      }
    >
      <div className="space-y-3">
        {children}
        {act.error !== null && <Problem thrown={act.error} />}
      </div>
    </Dialog>
  );
}
