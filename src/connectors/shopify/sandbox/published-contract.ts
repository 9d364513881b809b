/** For tests: the platform's published contract, where the files are there. They lie beside the repository, not in it. */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const folder = '../shared/contracts/shopify';

/** False also prints why the tests that need it do not run. */
export function hasContract(name: string): boolean {
  if (existsSync(`${folder}/${name}`)) return true;
  console.warn(`Not run: ${folder}/${name}, the platform's published contract, is not on this machine.`);
  return false;
}

export const contractText = (name: string): string => {
  const bytes = readFileSync(`${folder}/${name}`);
  return name.endsWith('.gz') ? gunzipSync(bytes).toString('utf8') : bytes.toString('utf8');
};
