/**
 * Server-sent events: every page hears what changed and reads anew what it shows. A page that reads too slowly is not
 * buffered for: it is told that it missed some.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError, messageOf } from '#base/errors.ts';
import { actorOf, headersOf } from '#http/access.ts';
import type { Api, RouteDeps } from '#http/app.ts';
import type { FeedEvent } from '#http/change-feed.ts';
import { authenticate } from '#organizations/authenticate.ts';

const heartbeatSeconds = 20;
/** A session that has ended, or a role that was taken away, ends the stream after so many heartbeats at most. */
const heartbeatsPerCheck = 6;
const bufferedBytesAtMost = 256 * 1024;
const streamsAtMost = 2000;
const streamsPerCallerAtMost = 20;

export function eventRoutes(app: Api, deps: RouteDeps): void {
  const open = new Map<FastifyReply, string>();
  app.addHook('preClose', async () => {
    for (const reply of open.keys()) reply.raw.end();
  });

  app.get(
    '/api/events',
    {
      config: { access: 'viewer', rateLimit: { max: 120, timeWindow: 60_000 } },
      schema: {
        tags: ['Activity'],
        summary: 'Changes as they happen',
        description: 'Server-sent events: `change` with {kind, ids, storeId?}, and `missed` when a page should read anew.',
      },
    },
    async (request, reply) => {
      const actor = actorOf(request);
      const caller = `${actor.organizationId}/${actor.userId}`;
      const own = [...open.values()].filter((other) => other === caller).length;
      if (open.size >= streamsAtMost || own >= streamsPerCallerAtMost) {
        throw new AppError('rate_limited', 'Too many pages are listening for changes. Close some and try again.');
      }
      open.set(reply, caller);
      deps.metrics.openStreams.inc();
      stream(deps, request, reply, () => {
        open.delete(reply);
        deps.metrics.openStreams.dec();
      });
      return reply;
    },
  );
}

function stream({ changes, auth, hub }: RouteDeps, request: FastifyRequest, reply: FastifyReply, ended: () => void): void {
  const { organizationId } = actorOf(request);
  const { raw } = reply;
  reply.hijack();
  raw.writeHead(200, {
    ...reply.getHeaders(),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    connection: 'keep-alive',
    // Proxies of the nginx kind hold answers back unless told not to.
    'x-accel-buffering': 'no',
  } as Record<string, string>);
  raw.write('retry: 2000\n\n');
  let missed = false;

  const tell = (event: FeedEvent): void => {
    if (raw.writableLength > bufferedBytesAtMost) {
      missed = true;
      return;
    }
    raw.write(
      event.type === 'missed' ? 'event: missed\ndata: {}\n\n' : `event: change\ndata: ${JSON.stringify(event.change)}\n\n`,
    );
  };
  raw.on('drain', () => {
    if (!missed) return;
    missed = false;
    tell({ type: 'missed' });
  });

  let beats = 0;
  const heartbeat = setInterval(() => {
    beats++;
    if (raw.writableLength < bufferedBytesAtMost) raw.write(': still here\n\n');
    if (beats % heartbeatsPerCheck !== 0) return;
    authenticate(auth, headersOf(request)).then(
      (caller) => {
        if (caller?.actor.organizationId !== organizationId) raw.end();
      },
      (thrown: unknown) => {
        hub.log.info(
          { requestId: request.id, error: messageOf(thrown) },
          'An event stream ended: its caller could not be checked',
        );
        raw.end();
      },
    );
  }, heartbeatSeconds * 1000);

  const unsubscribe = changes.subscribe(organizationId, tell);
  raw.once('close', () => {
    clearInterval(heartbeat);
    unsubscribe();
    ended();
  });
}
