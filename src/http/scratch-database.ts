import { openPool, type Pool } from '#db/pool.ts';
const url = 'postgres://storesync_app@127.0.0.1:5599/probe';
export function scratch(): { app: Pool; identity: Pool } {
  const onError = (e: Error) => console.error(e.message);
  return { app: openPool(url, { onError }), identity: openPool(url, { role: 'storesync_identity', onError }) };
}
