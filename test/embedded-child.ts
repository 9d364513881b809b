/**
 * Started by tests as a process of its own: starts (or adopts) the PostgreSQL of the folder in its first parameter, prints
 * what it got or the error as one line of JSON, and stays until its input ends. `stop` as input stops it properly.
 */
import { AppError } from '#base/errors.ts';
import { startEmbeddedPostgres } from '#db/embedded/start.ts';

const [, , dataFolder = ''] = process.argv;
try {
  const postgres = await startEmbeddedPostgres({ dataFolder, log: (message) => console.error(message) });
  console.log(JSON.stringify({ port: postgres.port, processId: postgres.processId, superuserUrl: postgres.superuserUrl }));
  for await (const chunk of process.stdin) {
    if (String(chunk).includes('stop')) {
      await postgres.stop();
      break;
    }
  }
  process.exit(0);
} catch (thrown) {
  if (!(thrown instanceof AppError)) throw thrown;
  console.log(JSON.stringify({ code: thrown.code, message: thrown.message }));
  process.exit(1);
}
