import type { Command } from '#cli/command.ts';
import { migrate } from '#db/migrate.ts';

export const migrateCommand: Command = {
  name: 'migrate',
  summary: 'Bring the database to the newest version',
  usage: 'storesync migrate',
  async run(context) {
    const urls = await context.database();
    await migrate(urls.ownerUrl);
    context.say('The database is up to date');
    await urls.stop();
    return 0;
  },
};
