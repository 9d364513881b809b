import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CalledWrongly } from '#cli/call.ts';
import type { Command } from '#cli/command.ts';
import { migrate } from '#db/migrate.ts';
import { resealOrders } from '#orders/reseal-orders.ts';
import { resealStores } from '#stores/reseal.ts';
import { makeSealer, sealingKeys } from '#stores/sealing.ts';
import { resealEvents } from '#webhooks/reseal-events.ts';

export const keysCommand: Command = {
  name: 'keys',
  summary: 'Seal all credentials and customers anew, with a new key',
  usage: 'storesync keys rotate\n\nWith STORESYNC_KEY: set the new key there, the old one in STORESYNC_OLD_KEYS, and run this.',
  words: { atLeast: 1, atMost: 1, named: 'what to do: rotate' },
  async run(context) {
    if (context.args[0] !== 'rotate') throw new CalledWrongly('The only thing to do with keys is: storesync keys rotate');
    const urls = await context.database();
    await migrate(urls.ownerUrl);
    if (context.config.sealingKey === null) addKeyInFront(join(context.config.dataFolder, 'sealing-key'));
    const opened = context.hub(urls, context.config);
    const sealer = makeSealer(sealingKeys(context.config, context.say));
    const { rows } = await opened.identityPool.query<{ id: string }>('select id from organizations');
    const [stores, customers] = [
      { resealed: 0, lost: 0 },
      { resealed: 0, lost: 0 },
    ];
    for (const { id } of rows) {
      await resealStores(opened.hub, sealer, id, stores);
      await resealOrders(opened.hub, sealer, id, customers);
      await resealEvents(opened.hub, sealer, id, customers);
    }
    const count = { resealed: stores.resealed + customers.resealed, lost: stores.lost + customers.lost };
    context.say(`${count.resealed} sealed anew`);
    if (stores.lost > 0) context.say(`${stores.lost} credentials could not be opened: these stores must be connected again`);
    if (customers.lost > 0)
      context.say(
        `${customers.lost} orders and webhooks keep customers that cannot be opened; an order's come again when it changes`,
      );
    context.result(count);
    await opened.close();
    await urls.stop();
    return count.lost > 0 ? 3 : 0;
  },
};

/** The first line seals, the others still open: nothing is lost if this ends half-way. */
function addKeyInFront(path: string): void {
  const former = existsSync(path) ? readFileSync(path, 'utf8') : '';
  writeFileSync(`${path}.new`, `${randomBytes(32).toString('base64')}\n${former}`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
