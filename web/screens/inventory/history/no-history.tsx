import { History } from 'lucide-react';
import { Button } from '~/parts/button.tsx';
import { Empty } from '~/parts/empty.tsx';
import { useStores } from '~/parts/session.ts';
import { NoStore } from '~/screens/integrations/no-store.tsx';

/** Why the list is empty, and what leads on. */
export function NoHistory({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  const { connected, loaded } = useStores();
  if (filtered) {
    return (
      <Empty icon={History} title="Nothing fits" actions={<Button onClick={onClear}>Clear the filters</Button>}>
        A change is found by words of its product or its note, by a whole SKU or barcode, and by the beginning of its order's
        number.
      </Empty>
    );
  }
  if (loaded && connected.length === 0) {
    return <NoStore>Every sale, delivery and correction leaves a line here. They begin with a store, or a product file.</NoStore>;
  }
  return (
    <Empty icon={History} title="Nothing was booked yet">
      Every sale, delivery and correction leaves a line here: what changed, where, when and by whom.
    </Empty>
  );
}
