import { BookOpen } from 'lucide-react';
import type { ReactNode } from 'react';
import { ApiKeys } from '~/screens/settings/api-keys.tsx';
import { ExchangeRates } from '~/screens/settings/exchange-rates.tsx';
import { Members } from '~/screens/settings/members.tsx';
import { OrganizationForm } from '~/screens/settings/organization-form.tsx';
import { OrganizationRules } from '~/screens/settings/organization-rules.tsx';
import { PlatformApps } from '~/screens/settings/platform-apps.tsx';

export function SettingsScreen() {
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="mx-auto max-w-3xl space-y-8 px-4 py-6">
        <h1 className="text-xl font-semibold">Settings</h1>
        <Section id="organization" title="Organization">
          <OrganizationForm />
        </Section>
        <Section id="members" title="Members" text="Who works here, and what each may do.">
          <Members />
        </Section>
        <Section
          id="platform-apps"
          title="Platform apps"
          text="Platforms ask which app is connecting. Register one with each platform you sell on, and enter it here once; every store connected by consent uses it."
        >
          <PlatformApps />
        </Section>
        <Section
          id="exchange-rates"
          title="Exchange rates"
          text="For stores in another currency than yours. Prices are converted by these; without one, nothing is sent."
        >
          <ExchangeRates />
        </Section>
        <Section
          id="rules"
          title="Price and stock rules"
          text="How prices and quantities on your stores follow from your own. A store or a link may have rules of its own; the nearest one counts. The store that owns the prices follows no price rule, and no stock rule stands between where a store counts stock itself."
        >
          <OrganizationRules />
        </Section>
        <Section id="api-keys" title="API keys" text="For programs of your own. A key is shown once, when it is made.">
          <ApiKeys />
        </Section>
        <Section id="developers" title="For developers">
          <a
            href="/api/docs"
            target="_blank"
            rel="noreferrer"
            className="btn h-9 min-h-9 border-base-300 bg-base-100 hover:bg-base-200"
          >
            <BookOpen className="size-4" aria-hidden />
            API documentation
          </a>
        </Section>
      </div>
    </div>
  );
}

function Section({ id, title, text, children }: { id: string; title: string; text?: string; children: ReactNode }) {
  return (
    <section aria-labelledby={`${id}-title`} id={id} className="space-y-3">
      <div>
        <h2 id={`${id}-title`} className="text-base font-semibold">
          {title}
        </h2>
        {text !== undefined && <p className="text-muted">{text}</p>}
      </div>
      {children}
    </section>
  );
}
