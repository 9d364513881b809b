import { Button } from '~/parts/button.tsx';

const takeFocus = (element: HTMLElement | null) => element?.focus();

/** Asked at the foot of what somebody leaves with something unsaved in it. */
export const Leaving = ({ unsaved, onStay, onLeave }: { unsaved: string; onStay: () => void; onLeave: () => void }) => (
  <>
    <p role="alert" className="mr-auto">
      {unsaved}
    </p>
    <Button ref={takeFocus} onClick={onStay}>
      Go on
    </Button>
    <Button look="danger" onClick={onLeave}>
      Discard
    </Button>
  </>
);
