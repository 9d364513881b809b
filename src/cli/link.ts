import { sql } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import { CalledWrongly, optionOf } from '#cli/call.ts';
import { cliActor, organizationOption } from '#cli/cli-actor.ts';
import type { Command } from '#cli/command.ts';
import { linkListings } from '#listings/link-listing.ts';
import { suggestLinks } from '#listings/suggest-links.ts';
import type { Actor } from '#organizations/actor.ts';
import type { Hub } from '#stores/hub.ts';

export const linkCommand: Command = {
  name: 'link',
  summary: 'Show which listings fit which variants, and link them with --apply',
  usage:
    'storesync link [--apply] [--min-score 0.5] [--store NAME OR ID] [--organization SLUG]\n\nAmbiguous ones always wait for a person.',
  options: { ...organizationOption, '--apply': null, '--min-score': 'a number from 0 to 1', '--store': 'its name or id' },
  async run(context) {
    const minScore = scoreOf(optionOf(context.args, '--min-score') ?? '0.5');
    const urls = await context.database();
    const opened = context.hub(urls, context.config);
    try {
      const actor = await cliActor(opened.identityPool, context.args);
      const { items, counts } = await suggestLinks(opened.hub, actor, {
        storeId: await findStore(opened.hub, actor, optionOf(context.args, '--store')),
        minScore,
      });
      for (const item of items) {
        context.say(
          `${item.ambiguous ? '?' : ' '} ${item.score.toFixed(2)} ${item.reason.padEnd(7)} ${nameOf(item.listing.productTitle, item.listing.variantTitle)} -> ${nameOf(item.variant.productTitle, item.variant.title)}`,
        );
      }
      context.say(
        `${counts.certain} certain, ${counts.probable} probable, ${counts.ambiguous} ambiguous, ${counts.none} without a match`,
      );
      const apply = context.args.includes('--apply') ? items.filter((item) => !item.ambiguous) : [];
      const outcome = await linkListings(opened.hub, actor, apply, 'suggestion');
      if (context.args.includes('--apply'))
        context.say(`${outcome.linked} linked${outcome.failed.length > 0 ? `, ${outcome.failed.length} not` : ''}`);
      context.result({ counts, linked: outcome.linked, failed: outcome.failed, suggestions: items });
      return outcome.failed.length > 0 ? 3 : 0;
    } finally {
      await opened.close();
      await urls.stop();
    }
  },
};

function scoreOf(text: string): number {
  const score = text.trim() === '' ? Number.NaN : Number(text);
  if (!(score >= 0 && score <= 1)) throw new CalledWrongly(`--min-score is a number from 0 to 1; "${text}" is not.`);
  return score;
}

/** The id of the store with this name or id; undefined, which means all of them, when none is asked for. */
async function findStore(hub: Hub, actor: Actor, wanted: string | null): Promise<string | undefined> {
  if (wanted === null) return undefined;
  const stores = await hub.db.inOrganization(actor.organizationId, (tx) =>
    tx.execute<{ id: string; name: string }>(
      sql`select id, name from stores where organization_id = ${actor.organizationId} and status <> 'disconnected' order by created_at`,
    ),
  );
  const found = stores.rows.find(({ id, name }) => id === wanted || name === wanted);
  if (found !== undefined) return found.id;
  const names = stores.rows.map(({ name }) => `"${name}"`).join(', ');
  throw new AppError('not_found', `There is no store "${wanted}". ${names === '' ? 'None is connected.' : `There is ${names}.`}`);
}

const nameOf = (product: string, variant: string): string => (variant === '' ? product : `${product} / ${variant}`);
