/** Where platforms call. The bytes go on as they came, because the signature is over them. */
import { z } from 'zod';
import { AppError } from '#base/errors.ts';
import type { Api, RouteDeps } from '#http/app.ts';
import { receiveWebhook } from '#webhooks/receive-webhook.ts';

const sentences = { 400: 'invalid_input', 401: 'unauthenticated', 503: 'database_unavailable' } as const;

export function webhookRoutes(app: Api, { hub, metrics }: RouteDeps): void {
  const largest = Math.max(1024, ...Object.values(hub.connectors).map(({ manifest }) => manifest.limits.webhookBodyBytes));
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: largest }, (_request, body, done) => done(null, body));

  app.post(
    '/webhooks/:platform',
    {
      bodyLimit: largest,
      config: { access: 'public', rateLimit: false },
      schema: {
        tags: ['Webhooks'],
        summary: 'Where a platform calls',
        security: [],
        params: z.object({ platform: z.string().max(50) }),
        response: { 200: z.object({ received: z.literal(true) }) },
      },
    },
    async (request, reply) => {
      const { platform } = request.params;
      const connector = Object.hasOwn(hub.connectors, platform) ? hub.connectors[platform] : undefined;
      if (connector === undefined) throw new AppError('not_found', 'There is no such platform.');
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      if (body.length > connector.manifest.limits.webhookBodyBytes) {
        metrics.webhooks.inc({ platform, status: '413' });
        throw new AppError('payload_too_large', 'This delivery is larger than the platform ever sends.');
      }
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
      );
      const answer = await receiveWebhook(hub, platform, { body, headers });
      metrics.webhooks.inc({ platform, status: String(answer.status) });
      if (answer.status === 200) return reply.send({ received: true });
      throw new AppError(
        sentences[answer.status],
        answer.status === 401 ? 'The signature does not hold.' : 'The delivery could not be stored. Send it again.',
      );
    },
  );
}
