import { z } from 'zod';
import { AppError, messageOf } from '#base/errors.ts';
import type { Api, RouteDeps } from '#http/app.ts';
import { isNearby } from '#http/metrics.ts';

const readyAtMostMilliseconds = 3000;

/** Is the process alive, can it work, and how is it doing: for the operator's tools. */
export function healthRoutes(app: Api, { hub, identityPool, metrics }: RouteDeps): void {
  app.get('/healthz', { schema: { hide: true, response: { 200: z.object({ status: z.literal('ok') }) } } }, async () => ({
    status: 'ok' as const,
  }));

  app.get('/readyz', { schema: { hide: true, response: { 200: z.object({ status: z.literal('ready') }) } } }, async () => {
    const late = AbortSignal.timeout(readyAtMostMilliseconds);
    const tooLate = new Promise<never>((_resolve, reject) => {
      late.addEventListener('abort', () => reject(new Error('no answer in time')), { once: true });
    });
    try {
      await Promise.race([Promise.all([hub.db.pool.query('select 1'), identityPool.query('select 1')]), tooLate]);
    } catch (thrown) {
      throw new AppError('database_unavailable', 'The database cannot be reached.', {
        internal: messageOf(thrown),
        cause: thrown,
      });
    }
    return { status: 'ready' as const };
  });

  app.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
    if (!isNearby(request)) throw new AppError('not_found', 'There is no such address.');
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
}
