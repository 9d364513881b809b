import type { Connector } from '#connectors/connector.ts';

/** Every platform that StoreSync speaks to. Adding one is one folder and one line here. */
export const registry = {} satisfies Record<string, Connector>;
