/** The lines of an export's JSONL file. */
import { storableJson } from '#base/storable-text.ts';
import type { Session } from '#connectors/connector.ts';
import { MalformedResponse } from '#connectors/errors.ts';

export interface ExportRow {
  id: string;
  /** The thing whose connection this is an item of; null for one at the root. */
  parentId: string | null;
  value: Record<string, unknown>;
}

/** A description may have half a megabyte; a line beyond this is no line. */
const lineCharactersAtMost = 8 * 1024 * 1024;

/** Streams the file. Throws MalformedResponse for a line that is not a JSON object with an id. */
export async function* rowsOf(session: Session, url: string): AsyncGenerator<ExportRow> {
  // The address is signed and lies on a storage host: our token is not for it.
  const bytes = await session.http.stream({ method: 'GET', url, bucket: 'files', cost: 1, timeoutSeconds: 300 });
  for await (const line of linesOf(bytes)) if (line.trim() !== '') yield rowOf(line);
}

/** Lines of UTF-8 chunks, cut anywhere. */
async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > lineCharactersAtMost) throw new MalformedResponse('A line of the export has no end');
    yield* lines;
  }
  yield rest + decoder.decode();
}

function rowOf(line: string): ExportRow {
  let value: unknown;
  try {
    value = JSON.parse(storableJson(line));
  } catch (cause) {
    throw new MalformedResponse('A line of the export is not JSON', { body: line.slice(0, 500) }, cause);
  }
  if (typeof value !== 'object' || value === null || !('id' in value) || typeof value.id !== 'string') {
    throw new MalformedResponse('A line of the export has no id', { body: line.slice(0, 500) });
  }
  const parentId = '__parentId' in value && typeof value.__parentId === 'string' ? value.__parentId : null;
  return { id: value.id, parentId, value: { ...value } };
}
