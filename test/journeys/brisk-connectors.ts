/** The connectors as they are, but for the time that a lost write is waited for: half a minute would be all waiting. */
import type { Connector } from '#connectors/connector.ts';
import { registry } from '#connectors/registry.ts';

/** After a write without an answer, nothing is read or written there for so long. */
export const longestWriteSeconds = 1;

export const briskConnectors: Readonly<Record<string, Connector>> = Object.fromEntries(
  Object.entries<Connector>(registry).map(([platform, connector]) => {
    const { manifest } = connector;
    return [platform, { ...connector, manifest: { ...manifest, limits: { ...manifest.limits, longestWriteSeconds } } }];
  }),
);
