import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useStores } from '~/parts/session.ts';
import { jobFaces } from '~/parts/state.tsx';
import { ClearFilters, Filter, ListHead, SearchBox, Tabs } from '~/parts/toolbar.tsx';
import { waitingDriftsQuery } from '~/queries.ts';
import {
  activityTabs,
  driftCauseNames,
  driftFieldNames,
  driftStates,
  jobStatuses,
  logLevels,
  type readActivitySearch,
} from '~/screens/activity/activity-search.ts';
import { AppliedChanges } from '~/screens/activity/applied-changes.tsx';
import { driftCauses, driftFields } from '~/screens/activity/drift-words.ts';
import { Drifts } from '~/screens/activity/drifts.tsx';
import { Jobs } from '~/screens/activity/jobs.tsx';
import { levelFaces } from '~/screens/activity/level.ts';
import { PendingChanges } from '~/screens/activity/pending-changes.tsx';
import { RunningJobs } from '~/screens/activity/running-jobs.tsx';
import { Stream } from '~/screens/activity/stream.tsx';
import { WebhookEvents } from '~/screens/activity/webhook-events.tsx';

const route = getRouteApi('/frame/activity');

const tabLabels = { stream: 'What happened', jobs: 'Jobs', differences: 'Differences', webhooks: 'Notifications' };

type Search = ReturnType<typeof readActivitySearch>;

/** What was pushed and pulled, when, why, and what the platforms answered. */
export function ActivityScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const tab = search.tab ?? 'stream';
  const change = (part: Search) => void navigate({ search: (before) => ({ ...before, ...part }), replace: true });
  const waiting = useQuery(waitingDriftsQuery).data;
  const { q, storeId, jobId, listingId, level, status, processed, drift, field, cause } = search;
  const filtered = [q, storeId, jobId, listingId, level, status, processed, drift, field, cause].some(
    (value) => value !== undefined,
  );
  return (
    <>
      <ListHead title="Activity">
        <Tabs
          label="Views"
          value={tab}
          tabs={activityTabs.map((value) => ({
            value,
            label: tabLabels[value],
            count: value === 'differences' && waiting !== undefined && waiting > 0 ? waiting : undefined,
          }))}
          onChange={(value) => change({ tab: value, q: undefined })}
        />
        {(tab === 'stream' || tab === 'differences') && (
          <SearchBox
            key={tab}
            label={tab === 'stream' ? 'Search what happened' : 'Search title, SKU or barcode'}
            value={q ?? ''}
            onChange={(text) => change({ q: text === '' ? undefined : text })}
          />
        )}
        <ActivityFilters search={search} onChange={change} />
        {jobId !== undefined && <span className="badge border-base-300 bg-base-200">Of one job</span>}
        {listingId !== undefined && <span className="badge border-base-300 bg-base-200">Of one listing</span>}
        <ClearFilters
          shown={filtered}
          onClear={() => void navigate({ search: tab === 'stream' ? {} : { tab }, replace: true })}
        />
      </ListHead>
      <PendingChanges />
      <AppliedChanges />
      <RunningJobs storeId={storeId} />
      {tab === 'stream' && <Stream filters={{ q, storeId, jobId, listingId, level }} filtered={filtered} />}
      {tab === 'jobs' && <Jobs filters={{ storeId, status }} filtered={filtered} />}
      {tab === 'differences' && <Drifts filters={{ q, storeId, state: drift, field, cause }} filtered={filtered} />}
      {tab === 'webhooks' && (
        <WebhookEvents
          filters={{ storeId, processed }}
          filtered={filtered}
          openId={search.event}
          onOpen={(event) => change({ event })}
        />
      )}
    </>
  );
}

const processedOptions = [
  { value: 'true', label: 'Processed' },
  { value: 'false', label: 'Not processed' },
] as const;

/** Each view can be narrowed by what it shows. */
function ActivityFilters({ search, onChange }: { search: Search; onChange: (part: Search) => void }) {
  const { stores } = useStores();
  const tab = search.tab ?? 'stream';
  return (
    <>
      <Filter
        label="Store"
        all="Every store"
        value={search.storeId}
        options={stores.map(({ id, name }) => ({ value: id, label: name }))}
        onChange={(storeId) => onChange({ storeId })}
      />
      {tab === 'stream' && (
        <Filter
          label="Level"
          all="Everything"
          value={search.level}
          options={logLevels.map((value) => ({ value, label: levelFaces[value].plural }))}
          onChange={(level) => onChange({ level })}
        />
      )}
      {tab === 'jobs' && (
        <Filter
          label="Status"
          all="Every status"
          value={search.status}
          options={jobStatuses.map((value) => ({ value, label: jobFaces[value].word }))}
          onChange={(status) => onChange({ status })}
        />
      )}
      {tab === 'differences' && <DriftFilters search={search} onChange={onChange} />}
      {tab === 'webhooks' && (
        <Filter
          label="Processed"
          all="All of them"
          value={search.processed}
          options={processedOptions}
          onChange={(processed) => onChange({ processed })}
        />
      )}
    </>
  );
}

const driftStateOptions = driftStates.map((value) => ({ value, label: value === 'waiting' ? 'Not settled' : 'Settled' }));

function DriftFilters({ search, onChange }: { search: Search; onChange: (part: Search) => void }) {
  return (
    <>
      <Filter
        label="Settled or not"
        all="Settled or not"
        value={search.drift}
        options={driftStateOptions}
        onChange={(drift) => onChange({ drift })}
      />
      <Filter
        label="What"
        all="Price or quantity"
        value={search.field}
        options={driftFieldNames.map((value) => ({ value, label: driftFields[value] }))}
        onChange={(field) => onChange({ field })}
      />
      <Filter
        label="Why"
        all="Every reason"
        value={search.cause}
        options={driftCauseNames.map((value) => ({ value, label: driftCauses[value] }))}
        onChange={(cause) => onChange({ cause })}
      />
    </>
  );
}
