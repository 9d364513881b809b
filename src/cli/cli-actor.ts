import { AppError } from '#base/errors.ts';
import { optionOf } from '#cli/call.ts';
import type { Pool } from '#db/pool.ts';
import { sqlStateOf } from '#db/transaction.ts';
import type { Actor } from '#organizations/actor.ts';

/** The organization that a command acts on: the one named by `--organization SLUG`, or the only one there is. */
export async function cliActor(identityPool: Pool, args: readonly string[]): Promise<Actor> {
  const slug = optionOf(args, '--organization');
  const rows = await organizationsOf(identityPool);
  const chosen = slug === null ? rows : rows.filter((row) => row.slug === slug);
  const [only] = chosen;
  if (only === undefined) {
    throw new AppError(
      'not_found',
      slug === null
        ? 'There is no organization yet. Open StoreSync in a browser once and set it up.'
        : `There is no organization "${slug}".`,
    );
  }
  if (chosen.length > 1)
    throw new AppError(
      'invalid_input',
      `There are several organizations. Name one: --organization ${rows.map((row) => row.slug).join(' | ')}`,
    );
  return { organizationId: only.id, userId: null, kind: 'system', role: 'owner' };
}

/** What every command that acts on an organization takes. */
export const organizationOption = { '--organization': "the organization's short name" } as const;

async function organizationsOf(identityPool: Pool): Promise<{ id: string; slug: string }[]> {
  try {
    return (await identityPool.query<{ id: string; slug: string }>('select id, slug from organizations order by slug')).rows;
  } catch (thrown) {
    if (sqlStateOf(thrown) !== undefinedTable) throw thrown;
    throw new AppError('misconfigured', 'The database has no tables yet. Run "storesync start" once, or "storesync migrate".', {
      cause: thrown,
    });
  }
}

const undefinedTable = '42P01';
