import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import { plainWords } from '#cli/call.ts';
import { cliActor, organizationOption } from '#cli/cli-actor.ts';
import { type Command, type CommandContext, progressBar } from '#cli/command.ts';
import type { Actor } from '#organizations/actor.ts';
import type { Hub } from '#stores/hub.ts';
import { requestStoreSync } from '#sync/request-sync.ts';

export const syncCommand: Command = {
  name: 'sync',
  summary: 'Pull and push a store now, or all of them',
  usage: 'storesync sync [STORE NAME OR ID] [--full] [--organization SLUG]\n\nNeeds a running worker (storesync start).',
  options: { ...organizationOption, '--full': null },
  words: { atLeast: 0, atMost: 1, named: 'a store' },
  async run(context) {
    const urls = await context.database();
    const opened = context.hub(urls, context.config);
    try {
      const actor = await cliActor(opened.identityPool, context.args);
      const wanted = plainWords(syncCommand, context.args)[0] ?? null;
      const stores = await findStores(opened.hub, actor, wanted);
      const outcomes = [];
      for (const store of stores) outcomes.push(await syncStore(context, opened.hub, actor, store));
      context.result({ stores: outcomes });
      return outcomes.every((outcome) => outcome.status === 'succeeded')
        ? 0
        : outcomes.some((outcome) => outcome.status === 'succeeded')
          ? 3
          : 1;
    } finally {
      await opened.close();
      await urls.stop();
    }
  },
};

interface FoundStore extends Record<string, unknown> {
  id: string;
  name: string;
}

async function findStores(hub: Hub, actor: Actor, wanted: string | null): Promise<FoundStore[]> {
  const found = await hub.db.inOrganization(actor.organizationId, (tx) =>
    tx.execute<FoundStore>(sql`
      select id, name from stores where organization_id = ${actor.organizationId} and status = 'active'
        and (${wanted}::text is null or name = ${wanted} or id::text = ${wanted}) order by created_at`),
  );
  if (found.rows.length === 0)
    throw new AppError('not_found', wanted === null ? 'No store is connected.' : `There is no active store "${wanted}".`);
  return found.rows;
}

async function syncStore(
  context: CommandContext,
  hub: Hub,
  actor: Actor,
  store: FoundStore,
): Promise<{ store: string; status: string; processed: number }> {
  const jobId = await requestStoreSync(hub, actor, store.id, 'cli', { full: context.args.includes('--full') });
  const draw = progressBar(store.name, !context.json);
  for (let waited = 0; ; waited++) {
    const result = await hub.db.inOrganization(actor.organizationId, (tx) =>
      tx.execute<{ status: string; done: number; total: number; message: string | null }>(sql`
        select status, items_processed as done, items_total as total, error_message as message from sync_jobs where organization_id = ${actor.organizationId} and id = ${jobId}`),
    );
    const [job] = result.rows;
    if (job === undefined) throw new AppError('not_found', 'The job is gone.');
    draw(job.done, job.total);
    if (job.status === 'queued' && waited === 40)
      context.say('Still waiting for a worker. Is StoreSync running? (storesync start)');
    if (context.signal.aborted) return { store: store.name, status: 'left running', processed: job.done };
    if (job.status !== 'queued' && job.status !== 'running') {
      context.say(`${store.name}: ${job.status}, ${job.done} products${job.message === null ? '' : `. ${job.message}`}`);
      return { store: store.name, status: job.status, processed: job.done };
    }
    await sleep(250);
  }
}
