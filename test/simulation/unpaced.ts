/** The connector whose manifest says that its platform allows as many calls as anybody makes. */
import type { Connector } from '#connectors/connector.ts';

const plenty = { capacity: 1_000_000, refillPerSecond: 1_000_000, learned: false };

export function unpaced(connector: Connector): Connector {
  const { manifest } = connector;
  const buckets = Object.fromEntries(Object.keys(manifest.limits.buckets).map((name) => [name, plenty]));
  return { ...connector, manifest: { ...manifest, limits: { ...manifest.limits, buckets } } };
}
