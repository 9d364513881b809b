import { request } from 'undici';
import { messageOf } from '#base/errors.ts';
import type { Command, CommandContext } from '#cli/command.ts';
import { assertAppRole } from '#db/roles.ts';

interface Finding {
  check: string;
  ok: boolean;
  says: string;
}

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'Check the database, the key, and whether platforms can reach this place',
  usage: 'storesync doctor',
  async run(context) {
    const findings: Finding[] = [];
    const check = async (name: string, work: () => Promise<string>) => {
      try {
        findings.push({ check: name, ok: true, says: await work() });
      } catch (thrown) {
        findings.push({ check: name, ok: false, says: messageOf(thrown) });
      }
    };
    const urls = await context.database();
    const opened = context.hub(urls, context.config);
    try {
      await check('database', async () => {
        const { rows } = await opened.hub.db.pool.query<{ version: string }>('select version()');
        return rows[0]?.version ?? 'answers';
      });
      await check('database role', async () => {
        const client = await opened.hub.db.pool.connect();
        try {
          await assertAppRole(client);
          return 'the application is bound by row-level security';
        } finally {
          client.release();
        }
      });
      await check('sealing key', async () => {
        const sealed = await opened.hub.sealer.seal('doctor', 'x');
        if ((await opened.hub.sealer.open('doctor', sealed)) !== 'x') throw new Error('what was sealed does not open');
        return context.config.sealingKey === null ? 'kept in the data folder: keep a copy' : 'from STORESYNC_KEY';
      });
      await check('public address', () => probePublicUrl(context));
    } finally {
      await opened.close();
      await urls.stop();
    }
    for (const finding of findings) context.say(`${finding.ok ? 'ok  ' : 'FAIL'} ${finding.check}: ${finding.says}`);
    context.result({ findings });
    return findings.every((finding) => finding.ok) ? 0 : 1;
  },
};

async function probePublicUrl(context: CommandContext): Promise<string> {
  const { publicUrl } = context.config;
  if (publicUrl === null) return 'PUBLIC_URL is not set: no webhooks; stores are polled by their interval';
  const answer = await request(`${publicUrl}/healthz`, { headersTimeout: 10_000, bodyTimeout: 10_000 });
  await answer.body.dump();
  if (answer.statusCode !== 200)
    throw new Error(
      `${publicUrl}/healthz answered ${answer.statusCode}. Platforms would not reach StoreSync; check the proxy in front of it.`,
    );
  return `${publicUrl} answers: webhooks can arrive`;
}
