import { AppError } from '#base/errors.ts';
import type { Pool } from '#db/pool.ts';
import type { Actor } from '#organizations/actor.ts';

/** The organization that a command acts on: the one named by `--organization SLUG`, or the only one there is. */
export async function cliActor(identityPool: Pool, args: readonly string[]): Promise<Actor> {
  const slug = optionOf(args, '--organization');
  const { rows } = await identityPool.query<{ id: string; slug: string }>('select id, slug from organizations order by slug');
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

/** The word after an option; null when the option is absent. */
export function optionOf(args: readonly string[], name: string): string | null {
  const at = args.indexOf(name);
  return at === -1 ? null : (args[at + 1] ?? null);
}

/** Words that are neither options nor their values. */
export function plainWords(args: readonly string[], withValue: readonly string[]): string[] {
  return args.filter((word, at) => !word.startsWith('--') && !withValue.includes(args[at - 1] ?? ''));
}
