import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { prepareDataFolder } from '#db/embedded/home.ts';
import { withFolderLock } from '#db/embedded/lock.ts';
import { readSecretFile, writeSecretFile } from '#db/embedded/secret-file.ts';
import { type StartLog, startEmbeddedPostgres } from '#db/embedded/start.ts';
import { type DatabaseUrls, ensureRoles, type RolePasswords } from '#db/roles.ts';

const passwordsShape = z.object({ owner: z.string().min(1), app: z.string().min(1) });

export interface EmbeddedDatabase extends DatabaseUrls {
  /** Lets go of it; the PostgreSQL is shut down when no other process uses it. */
  stop(): Promise<void>;
}

/** The bundled PostgreSQL of this data folder with roles and database ready: what a hub without DATABASE_URL works on. */
export async function embeddedDatabase({ dataFolder, log }: { dataFolder: string; log: StartLog }): Promise<EmbeddedDatabase> {
  const passwords = await rolePasswords(dataFolder);
  const postgres = await startEmbeddedPostgres({ dataFolder, log });
  try {
    const urls = await ensureRoles(postgres.superuserUrl, { passwords });
    return { ...urls, stop: postgres.stop };
  } catch (thrown) {
    await postgres.stop();
    throw thrown;
  }
}

/** Made once, kept in database.json; a lost file only means new ones, since every start sets them in the database. */
async function rolePasswords(dataFolder: string): Promise<RolePasswords> {
  const folder = await prepareDataFolder(dataFolder);
  return await withFolderLock(folder, async () => {
    const path = join(folder, 'database.json');
    const known = await readSecretFile(path, passwordsShape);
    if (known !== null) return known;
    const made = { owner: randomBytes(24).toString('base64url'), app: randomBytes(24).toString('base64url') };
    await writeSecretFile(path, made);
    return made;
  });
}
