/** The platforms' published contracts lie beside the repository, never in it. */
import { existsSync, readFileSync } from 'node:fs';

const folder = '../shared/contracts';

export const contractsPresent =
  existsSync(`${folder}/shopify/admin_2026-10.graphql.gz`) && existsSync(`${folder}/tiktok_shop/oas`);

/** Says why nothing is held against them. */
export function sayAbsent(what: string): void {
  if (!contractsPresent)
    console.warn(`Skipped: ${what}. The platforms' published contracts are not on this machine (${folder}).`);
}

/** The shape is what the caller knows the file to have. */
export function readContract<T>(name: string): T {
  return JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as T;
}
