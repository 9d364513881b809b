import { aborted, type Command } from '#cli/command.ts';
import { refuseMightyRole } from '#cli/database-urls.ts';
import { startMaintenance } from '#sync/maintenance.ts';
import { startStatistics } from '#sync/refresh-statistics.ts';
import { startWorker } from '#sync/worker.ts';

export const workCommand: Command = {
  name: 'work',
  summary: 'Start a worker: as many as wished may run',
  usage: 'storesync work',
  async run(context) {
    const urls = await context.database();
    await refuseMightyRole(urls);
    const opened = context.hub(urls, context.config);
    const worker = startWorker(opened.hub, urls.directUrl);
    const endings = [startMaintenance(opened.hub), startStatistics(opened.hub)];
    context.say('The worker is running');
    // Started by a server: when that is gone, so is this one.
    await Promise.race([aborted(context.signal), new Promise((resolve) => process.once('disconnect', resolve))]);
    for (const end of endings) end();
    await worker.stop();
    await opened.close();
    await urls.stop();
    return 0;
  },
};
