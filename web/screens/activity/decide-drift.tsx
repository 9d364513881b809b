import { useId, useState } from 'react';
import type { Drift, DriftDecision } from '~/api-model/drifts.ts';
import { counted } from '~/parts/amounts.ts';
import { Confirm } from '~/parts/confirm.tsx';
import {
  causeSentence,
  decisionWords,
  effectOf,
  effectOfMany,
  figure,
  nameOf,
  openDecisions,
} from '~/screens/activity/drift-words.ts';
import { useDriftDecision } from '~/screens/activity/use-drift-decision.ts';

/** One difference: both ways out, each with what exactly will happen. */
export function DecideDrift({ drift, store, onClose }: { drift: Drift; store: string; onClose: () => void }) {
  const decide = useDriftDecision();
  // What was asked stays, also when the list below is read again.
  const [asked] = useState(drift);
  const decisions = openDecisions(asked);
  const [decision, setDecision] = useState<DriftDecision>(decisions[0] ?? 'put_back');
  const name = useId();
  return (
    <Confirm
      title={`${nameOf(asked)} on ${store}`}
      action={decisionWords[decision]}
      run={() => decide([asked], decision)}
      onClose={onClose}
    >
      <p>
        We had <strong>{figure(asked, asked.expected)}</strong>, {store} showed <strong>{figure(asked, asked.found)}</strong>.{' '}
        {causeSentence(asked)}.
      </p>
      <div role="radiogroup" aria-label="What is to count" className="space-y-2">
        {decisions.map((value) => (
          <label
            key={value}
            className="flex cursor-pointer gap-3 rounded-box border border-base-300 p-3 has-checked:border-primary"
          >
            <input
              type="radio"
              name={name}
              className="radio radio-sm mt-0.5"
              checked={decision === value}
              onChange={() => setDecision(value)}
            />
            <span>
              <span className="block font-medium">{decisionWords[value]}</span>
              <span className="block text-xs text-muted">{effectOf(asked, value, store)}</span>
            </span>
          </label>
        ))}
      </div>
      <p className="text-xs text-muted">You can decide otherwise later, as long as nothing was changed there again.</p>
    </Confirm>
  );
}

interface DecideManyProps {
  drifts: readonly Drift[];
  decision: DriftDecision;
  onDone: () => void;
  onClose: () => void;
}

export function DecideMany({ drifts, decision, onDone, onClose }: DecideManyProps) {
  const decide = useDriftDecision();
  const [asked] = useState(drifts);
  const run = async () => {
    await decide(asked, decision);
    onDone();
  };
  return (
    <Confirm
      title={`${decisionWords[decision]}: ${counted(asked.length, 'difference')}`}
      action={decisionWords[decision]}
      run={run}
      onClose={onClose}
    >
      <ul className="list-inside list-disc space-y-1">
        {effectOfMany(asked, decision).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <p className="text-xs text-muted">Each is decided by itself; what cannot be is told afterwards.</p>
    </Confirm>
  );
}
