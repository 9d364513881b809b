import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { appErrorOf } from '#http/problem.ts';
import type { Hub } from '#stores/hub.ts';

/** What goes wrong after the first line cuts the file off: the browser shows it as failed, the log says why. */
export function sendCsv(hub: Hub, reply: FastifyReply, name: string, text: AsyncIterable<string>): FastifyReply {
  reply
    .header('content-disposition', `attachment; filename="${name}"`)
    .header('cache-control', 'no-store')
    .type('text/csv; charset=utf-8');
  const stream = Readable.from(text);
  stream.once('error', (thrown) =>
    hub.log.error(
      { requestId: reply.request.id, file: name, error: appErrorOf(thrown).internal ?? thrown.message },
      'An export was cut off',
    ),
  );
  return reply.send(stream);
}
