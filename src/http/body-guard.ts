/**
 * What is true of every body before a route looks into it: it is not compressed, it comes within its time, and all of its
 * text can be stored. And what becomes of one that nobody reads to its end: the caller, who is still sending, must be able
 * to read the answer.
 */
import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { AppError, type FieldIssue } from '#base/errors.ts';
import { type Unstorable, unstorableIn } from '#base/storable-text.ts';
import type { Api } from '#http/app.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** How long the body may take to arrive; a minute when absent. */
    bodySeconds?: number;
  }
}

const bodySeconds = 60;
/** The longest any route allows: Node itself closes what takes longer. 200 MB at 1 Mbit/s. */
export const bodySecondsAtMost = 1800;
/** For so long the rest of a refused body is thrown away as it comes. Cut off at once, the answer would be lost on its way. */
const lingerSeconds = 5;

export function guardBodies(app: Api): void {
  app.addHook('preParsing', async (request, _reply, payload) => {
    const encoding = request.headers['content-encoding'] ?? 'identity';
    if (encoding.trim().toLowerCase() !== 'identity')
      throw new AppError('unsupported_media', 'Compressed bodies are not taken. Send it as it is, without Content-Encoding.');
    const seconds = request.routeOptions.config.bodySeconds ?? bodySeconds;
    const timer = setTimeout(() => endUnread(request), seconds * 1000);
    request.raw.once('close', () => clearTimeout(timer));
    return payload;
  });
  app.addHook('preValidation', async (request) => {
    const issues = [...unstorableTexts(request.query), ...unstorableTexts(request.body)];
    const [first] = issues;
    if (first !== undefined) throw new AppError('invalid_input', first.message, { issues });
  });
  // Fastify asks to close at once.
  app.addHook('onSend', async (request, reply, payload) => {
    if (isUnread(request)) reply.removeHeader('connection');
    return payload;
  });
  app.addHook('onResponse', async (request) => {
    if (!isUnread(request)) return;
    request.raw.resume();
    setTimeout(() => endUnread(request), lingerSeconds * 1000).unref();
  });
}

const isUnread = (request: FastifyRequest): boolean => request.raw.complete === false && !request.raw.destroyed;

function endUnread(request: FastifyRequest): void {
  if (isUnread(request)) request.raw.destroy();
}

const sentences: Readonly<Record<Unstorable, string>> = {
  nul: 'contains an invisible character (NUL) that cannot be stored. Delete the value and type it again.',
  half_character: 'contains half of a character: an emoji that was cut through. Delete that part and type it again.',
};
const issuesAtMost = 20;
const pathLengthAtMost = 200;

/** Not by recursion: a body may be as deep as it is long. */
function unstorableTexts(root: unknown): FieldIssue[] {
  const issues: FieldIssue[] = [];
  const note = (text: string, path: string, named: string): void => {
    const problem = unstorableIn(text);
    if (problem !== null) issues.push({ path, message: `${named} ${sentences[problem]}` });
  };
  const waiting: { path: string; value: unknown }[] = [{ path: '', value: root }];
  for (let next = waiting.pop(); next !== undefined && issues.length < issuesAtMost; next = waiting.pop()) {
    const { path, value } = next;
    if (typeof value === 'string') note(value, path, path === '' ? 'The body' : `"${path}"`);
    if (!isPlain(value)) continue;
    for (const [key, inner] of Object.entries(value)) {
      note(key, path, 'The name of a field');
      waiting.push({ path: path === '' ? key : path.length < pathLengthAtMost ? `${path}.${key}` : path, value: inner });
    }
  }
  return issues;
}

/** What JSON and queries are made of; a body of bytes, or one that is still to come, is not. */
const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) && !(value instanceof Readable);
