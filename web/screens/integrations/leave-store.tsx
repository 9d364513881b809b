import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CircleCheck, Download } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { api, withQuery } from '~/api.ts';
import type { QuantitiesThere, Store } from '~/api-model.ts';
import { count, counted } from '~/parts/amounts.ts';
import { Button } from '~/parts/button.tsx';
import { Dialog } from '~/parts/dialog.tsx';
import { Field } from '~/parts/field.tsx';
import { Problem } from '~/parts/problem.tsx';

type LeftWith = 'leave' | 'zero';
type Step = 'what' | 'quantities' | 'zeroing' | 'confirm' | 'left';

const titles: Record<Step, (name: string) => string> = {
  what: (name) => `Disconnect ${name}`,
  quantities: (name) => `What ${name} is left with`,
  zeroing: (name) => `Setting ${name} to 0`,
  confirm: (name) => `Disconnect ${name}`,
  left: (name) => `${name} is disconnected`,
};

interface LeaveStoreProps {
  store: Store;
  onClose: () => void;
}

/** The way out of a store. An address that was kept may lead here when it was left long ago: then there is nothing to do. */
export function LeaveStore({ store: first, onClose }: LeaveStoreProps) {
  // The store that is left changes under the open dialog; what was asked about stays.
  const [store] = useState(first);
  return store.status === 'disconnected' ? (
    <Dialog title={titles.left(store.name)} onClose={onClose} actions={<Button onClick={onClose}>Done</Button>}>
      <Left store={store} there={undefined} />
    </Dialog>
  ) : (
    <Leaving store={store} onClose={onClose} />
  );
}

/** Step by step: what it means, what it is left with, the links as a file, and its name typed. */
function Leaving({ store, onClose }: LeaveStoreProps) {
  const [step, setStep] = useState<Step>(store.settings.closing === true ? 'zeroing' : 'what');
  const [choice, setChoice] = useState<LeftWith>(store.settings.closing === true ? 'zero' : 'leave');
  const [typed, setTyped] = useState('');
  const client = useQueryClient();
  const closing = useMutation({
    mutationFn: (wanted: boolean) => api.post<Store>(`/api/stores/${store.id}/closing`, { closing: wanted }),
    onSuccess: (_, wanted) => {
      // What was right a moment ago was so by the other figures.
      client.removeQueries({ queryKey: ['quantities-there', store.id] });
      setStep(wanted ? 'zeroing' : 'quantities');
    },
    onSettled: () => client.invalidateQueries(),
  });
  const leave = useMutation({
    mutationFn: () => api.post<{ left: QuantitiesThere }>(`/api/stores/${store.id}/disconnect`, { quantities: choice }),
    onSuccess: () => setStep('left'),
    onSettled: () => client.invalidateQueries(),
  });
  const there = useQuantities(store.id, step === 'quantities' || step === 'zeroing');
  const back = step === 'quantities' ? 'what' : choice === 'zero' ? 'zeroing' : 'quantities';
  const after = () => (choice === 'zero' ? closing.mutate(true) : setStep('confirm'));
  const problem = step === 'confirm' ? leave.error : step === 'quantities' || step === 'zeroing' ? closing.error : null;
  return (
    <Dialog
      title={titles[step](store.name)}
      onClose={onClose}
      actions={
        <>
          {step === 'left' ? <Button onClick={onClose}>Done</Button> : <Button onClick={onClose}>Cancel</Button>}
          {(step === 'quantities' || step === 'confirm') && <Button onClick={() => setStep(back)}>Back</Button>}
          {step === 'what' && (
            <Button look="main" onClick={() => setStep('quantities')}>
              Next
            </Button>
          )}
          {step === 'quantities' && (
            <Button look="main" busy={closing.isPending} onClick={after}>
              {choice === 'zero' ? 'Set them to 0' : 'Next'}
            </Button>
          )}
          {step === 'zeroing' && (
            <>
              <Button busy={closing.isPending} onClick={() => closing.mutate(false)}>
                Stop, and send quantities again
              </Button>
              <Button
                look="main"
                disabled={there.data === undefined || there.data.onTheWay > 0}
                onClick={() => setStep('confirm')}
              >
                Next
              </Button>
            </>
          )}
          {step === 'confirm' && (
            <Button look="danger" busy={leave.isPending} disabled={typed.trim() !== store.name} onClick={() => leave.mutate()}>
              Disconnect
            </Button>
          )}
        </>
      }
    >
      <div className="space-y-3">
        {step === 'what' && <WhatHappens store={store} />}
        {step === 'quantities' && <Quantities store={store} choice={choice} onChoose={setChoice} there={there.data} />}
        {step === 'zeroing' && <Zeroing there={there.data} />}
        {step === 'confirm' && <NameTyped store={store} choice={choice} typed={typed} onType={setTyped} />}
        {step === 'left' && <Left store={store} there={leave.data?.left} />}
        {(step === 'quantities' || step === 'zeroing') && there.error !== null && (
          <Problem thrown={there.error} reading onRetry={() => void there.refetch()} />
        )}
        {problem !== null && <Problem thrown={problem} />}
      </div>
    </Dialog>
  );
}

const lookAgainMilliseconds = 1_500;

const useQuantities = (storeId: string, wanted: boolean) =>
  useQuery({
    queryKey: ['quantities-there', storeId],
    queryFn: ({ signal }) => api.get<QuantitiesThere>(`/api/stores/${storeId}/quantities`, {}, signal),
    enabled: wanted,
    refetchInterval: lookAgainMilliseconds,
  });

const WhatHappens = ({ store }: { store: Store }) => (
  <ul className="list-outside list-disc space-y-1 pl-5">
    <li>StoreSync reads nothing from {store.name} and sends nothing to it any more.</li>
    <li>{store.platformName} goes on selling what it shows there, also what is gone elsewhere.</li>
    <li>Its new orders no longer arrive here, and are not taken off your stock.</li>
    <li>
      {counted(store.counts.linked, 'link')} {store.counts.linked === 1 ? 'stays, and stands' : 'stay, and stand'} again when the
      same account is connected.
    </li>
    <li>Its credentials are erased here. Nothing on {store.platformName} is deleted.</li>
    {store.isSource && <li>It owns products and prices: afterwards no store does, until you choose another one.</li>}
    {store.countsLocationIds.length > 0 && (
      <li>
        It counts {counted(store.countsLocationIds.length, 'location')} of yours: afterwards StoreSync does, from the figures of
        now.
      </li>
    )}
  </ul>
);

interface QuantitiesProps {
  store: Store;
  choice: LeftWith;
  onChoose: (choice: LeftWith) => void;
  there: QuantitiesThere | undefined;
}

function Quantities({ store, choice, onChoose, there }: QuantitiesProps) {
  const fixed = whyNotZero(store);
  return (
    <>
      <div role="radiogroup" aria-label={`What ${store.name} is left with`} className="space-y-2">
        <Way value="leave" title="Leave the quantities as they are now" choice={choice} onChoose={onChoose}>
          True at this moment. What is still to be sent is sent first, for a few seconds.
        </Way>
        <Way
          value="zero"
          title="Set every linked quantity there to 0 first"
          choice={choice}
          onChoose={onChoose}
          disabled={fixed !== null}
        >
          {fixed ?? 'It sells none of your linked goods any more. You see how far it is, and can stop it.'}
        </Way>
      </div>
      {there === undefined ? (
        <div className="skeleton h-10" role="status" aria-label="Loading" />
      ) : (
        <p className="text-xs text-muted" role="status">
          Of {counted(there.linked, 'linked listing')}, {count(there.right)} {there.right === 1 ? 'shows' : 'show'} the right
          quantity now.
          <NotRight there={there} />
        </p>
      )}
    </>
  );
}

function whyNotZero({ countsLocationIds, status, settings }: Store): string | null {
  if (countsLocationIds.length > 0)
    return 'Not possible for a store that counts stock of yours. Let StoreSync count it first, under Inventory, Locations.';
  if (status !== 'active') return 'Not possible while nothing can be sent to it. Resume or reconnect it first.';
  return settings.syncInventory ? null : 'Not possible while quantities are not sent to it.';
}

interface WayProps extends Pick<QuantitiesProps, 'choice' | 'onChoose'> {
  value: LeftWith;
  title: string;
  children: ReactNode;
  disabled?: boolean;
}

const Way = ({ value, title, choice, onChoose, children, disabled = false }: WayProps) => (
  <label className="flex cursor-pointer gap-3 rounded-box border border-base-300 p-3 has-checked:border-primary">
    <input
      type="radio"
      name="left-with"
      className="radio radio-sm mt-0.5"
      checked={choice === value}
      disabled={disabled}
      onChange={() => onChoose(value)}
    />
    <span>
      <span className="block font-medium">{title}</span>
      <span className="block text-xs text-muted">{children}</span>
    </span>
  </label>
);

/** What nobody knows to be right, each kind with its count; nothing where all is. */
function NotRight({ there }: { there: QuantitiesThere }) {
  const parts = [
    there.onTheWay > 0 && `${count(there.onTheWay)} on the way or not known`,
    there.refused > 0 && `${count(there.refused)} refused by the platform`,
    there.untouched > 0 && `${count(there.untouched)} that nothing is sent for`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? null : <> Not known to be right: {parts.join(', ')}.</>;
}

function Zeroing({ there }: { there: QuantitiesThere | undefined }) {
  const label = useId();
  if (there === undefined) return <div className="skeleton h-16" role="status" aria-label="Loading" />;
  const sent = there.linked - there.untouched;
  const done = there.right + there.refused;
  return (
    <>
      <p id={label} role="status">
        {there.onTheWay > 0 ? (
          <>
            {count(done)} of {counted(sent, 'quantity', 'quantities')} {done === 1 ? 'is' : 'are'} done.
          </>
        ) : (
          <span className="flex items-center gap-2">
            <CircleCheck className="size-4 text-success" aria-hidden />
            {counted(there.right, 'quantity is', 'quantities are')} known to be 0 there.
          </span>
        )}
      </p>
      <progress className="progress progress-primary w-full" aria-labelledby={label} value={done} max={Math.max(1, sent)} />
      {there.refused > 0 && (
        <p className="text-xs">
          {count(there.refused)} {there.refused === 1 ? 'was' : 'were'} refused by the platform and{' '}
          {there.refused === 1 ? 'stays' : 'stay'} for sale there: set {there.refused === 1 ? 'it' : 'them'} to 0 on the platform
          itself.
        </p>
      )}
      {there.untouched > 0 && (
        <p className="text-xs">
          {counted(there.untouched, 'listing')}, for which nothing is sent,{' '}
          {there.untouched === 1 ? 'stays as it is' : 'stay as they are'}.
        </p>
      )}
      <p className="text-xs text-muted">You can close this: it goes on, and Disconnect leads back here.</p>
    </>
  );
}

interface NameTypedProps {
  store: Store;
  choice: LeftWith;
  typed: string;
  onType: (typed: string) => void;
}

const NameTyped = ({ store, choice, typed, onType }: NameTypedProps) => (
  <>
    <p>
      {choice === 'zero' ? 'Its linked quantities are 0.' : 'Its quantities stay as they are now.'} Keep the links as a file, if
      you like: they can be taken in again from it.
    </p>
    <a
      href={withQuery('/api/listings/export.csv', { storeId: store.id })}
      download
      className="btn btn-sm border-base-300 bg-base-100 hover:bg-base-200"
    >
      <Download className="size-4" aria-hidden />
      Download the links
    </a>
    <Field label="Type the store's name to confirm" help={store.name}>
      {(tie) => (
        <input {...tie} className="input h-9" autoComplete="off" value={typed} onChange={(event) => onType(event.target.value)} />
      )}
    </Field>
  </>
);

const Left = ({ store, there }: { store: Store; there: QuantitiesThere | undefined }) => (
  <div className="space-y-3" role="status">
    {there !== undefined && (
      <p>
        When it was left, {counted(there.right, 'quantity was', 'quantities were')} right.
        <NotRight there={there} /> {there.right < there.linked && 'Look at these on the platform.'}
      </p>
    )}
    <p>
      {counted(store.counts.linked, 'link')} {store.counts.linked === 1 ? 'stays' : 'stay'}. To connect it again, choose Reconnect
      on its card: everything there is read first, then brought up to date.
    </p>
    <p className="flex flex-wrap gap-x-4 gap-y-1">
      <Link to="/integrations" search={{ status: 'disconnected' }} className="link">
        Show its card
      </Link>
      <Link to="/product-links" search={{ storeId: store.id }} className="link">
        See its links
      </Link>
    </p>
  </div>
);
