import type { Manifest } from '#connectors/connector.ts';

/**
 * Whether a store's own figure can be our count. Where a write does not say what it replaces, one that meets a sale takes
 * that sale back, and the figure tells of neither; so a store that shows its orders is counted by them. One that shows none
 * can be counted by its figure alone.
 */
export const countsSafely = ({ capabilities, orders }: Manifest): boolean => capabilities.compareAndSet || orders === null;
