import type { ReactNode } from 'react';
import { Mark } from '~/screens/frame/mark.tsx';

/** What stands around the screens before one is in. */
export function Door({ title, intro, children }: { title: string; intro?: string; children: ReactNode }) {
  return (
    <main className="flex h-dvh items-start justify-center overflow-y-auto px-4 py-8 md:py-16">
      <div className="w-full max-w-md">
        <div className="mb-6 flex items-center gap-2.5 text-base font-semibold">
          <Mark />
          StoreSync
        </div>
        <div className="rounded-box border border-base-300 bg-base-100 p-6">
          <h1 className="text-xl font-semibold">{title}</h1>
          {intro !== undefined && <p className="mt-1 text-muted">{intro}</p>}
          <div className="mt-5">{children}</div>
        </div>
      </div>
    </main>
  );
}
