/** The built web app: hashed files for a year, any other address answers the app's one page. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import staticFiles from '@fastify/static';
import { AppError } from '#base/errors.ts';
import type { Api } from '#http/app.ts';

export async function servePages(app: Api, publicFolder: string | null): Promise<void> {
  const page = publicFolder !== null && existsSync(join(publicFolder, 'index.html'));
  if (page) {
    await app.register(staticFiles, {
      root: publicFolder,
      index: 'index.html',
      wildcard: true,
      cacheControl: false,
      setHeaders: (reply, path) => {
        // Vite puts a hash of the content into every name under assets.
        reply.header('cache-control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  }
  app.setNotFoundHandler((request, reply) => {
    const wantsPage = request.method === 'GET' && !/^\/(api|webhooks|assets)(\/|$)/.test(request.url.split('?')[0] ?? '');
    if (page && wantsPage) return reply.header('cache-control', 'no-cache').sendFile('index.html');
    throw new AppError('not_found', `There is no ${request.method} ${request.url.split('?')[0]?.slice(0, 200)} here.`);
  });
}
