import { useQuery } from '@tanstack/react-query';
import { ExternalLink } from 'lucide-react';
import { useState } from 'react';
import type { AuthScheme, Platform } from '~/api-model.ts';
import { Dialog } from '~/parts/dialog.tsx';
import { PlatformBadge } from '~/parts/platform-badge.tsx';
import { Problem } from '~/parts/problem.tsx';
import { Switch } from '~/parts/switch.tsx';
import { Tabs } from '~/parts/toolbar.tsx';
import { platformsQuery } from '~/queries.ts';
import { SchemeForm } from '~/screens/integrations/scheme-form.tsx';

interface ConnectDialogProps {
  /** Anything else than a platform's id asks for the platform first. */
  platformId: string;
  practice: boolean;
  onClose: () => void;
}

/** Connecting a store, drawn from what each connector says of itself: no platform is known here by name. */
export function ConnectDialog({ platformId, practice, onClose }: ConnectDialogProps) {
  const reading = useQuery(platformsQuery);
  const [chosen, setChosen] = useState(platformId);
  const platform = reading.data?.find(({ id }) => id === chosen);
  return (
    <Dialog title={platform === undefined ? 'Connect a store' : `Connect ${platform.name}`} onClose={onClose}>
      {reading.error !== null && <Problem thrown={reading.error} reading onRetry={() => void reading.refetch()} />}
      {reading.isPending && <div className="skeleton h-40" role="status" aria-label="Loading" />}
      {platform !== undefined ? (
        <Ways platform={platform} beginsPractice={practice} onBack={() => setChosen('1')} onClose={onClose} />
      ) : (
        reading.data !== undefined && <Platforms platforms={reading.data} onChoose={setChosen} />
      )}
    </Dialog>
  );
}

function Platforms({ platforms, onChoose }: { platforms: Platform[]; onChoose: (id: string) => void }) {
  return (
    <>
      <p className="mb-3 text-muted">Where do you sell?</p>
      <ul className="grid gap-2 sm:grid-cols-2">
        {platforms.map((platform) => (
          <li key={platform.id}>
            <button
              type="button"
              onClick={() => onChoose(platform.id)}
              className="flex h-12 w-full items-center gap-3 rounded-box border border-base-300 px-3 text-left font-medium hover:border-primary hover:bg-base-200"
            >
              <PlatformBadge badge={platform.badge} />
              {platform.name}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

interface WaysProps {
  platform: Platform;
  beginsPractice: boolean;
  onBack: () => void;
  onClose: () => void;
}

function Ways({ platform, beginsPractice, onBack, onClose }: WaysProps) {
  const [practice, setPractice] = useState(beginsPractice && platform.practiceBaseUrl !== null);
  const [kind, setKind] = useState<AuthScheme['kind'] | undefined>(platform.auth[0]?.kind);
  const scheme = platform.auth.find((each) => each.kind === kind);
  return (
    <div className="space-y-4">
      {platform.auth.length > 1 && kind !== undefined && (
        <Tabs
          label="Way to connect"
          value={kind}
          tabs={platform.auth.map((each) => ({ value: each.kind, label: each.title }))}
          onChange={setKind}
        />
      )}
      {platform.practiceBaseUrl !== null && (
        <Switch
          label="The practice store"
          help="A shop on this server that speaks the platform's own language. Nothing done there reaches a buyer."
          checked={practice}
          onChange={setPractice}
        />
      )}
      {scheme !== undefined && (
        <SchemeForm
          key={`${scheme.kind} ${practice}`}
          platform={platform}
          scheme={scheme}
          baseUrl={practice ? platform.practiceBaseUrl : null}
          known={practice ? (platform.practiceFields ?? {}) : {}}
          onClose={onClose}
        />
      )}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-base-300 pt-3">
        <button type="button" className="link text-xs text-muted" onClick={onBack}>
          Another platform
        </button>
        <a
          href={platform.docsUrl}
          target="_blank"
          rel="noreferrer"
          className="link inline-flex items-center gap-1 text-xs text-muted"
        >
          Where to find this <ExternalLink className="size-3" aria-hidden />
        </a>
      </div>
    </div>
  );
}
