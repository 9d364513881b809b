import { cliActor, optionOf } from '#cli/cli-actor.ts';
import type { Command } from '#cli/command.ts';
import { linkListings } from '#listings/link-listing.ts';
import { suggestLinks } from '#listings/suggest-links.ts';

export const linkCommand: Command = {
  name: 'link',
  summary: 'Show which listings fit which variants, and link them with --apply',
  usage:
    'storesync link [--apply] [--min-score 0.5] [--store ID] [--organization SLUG]\n\nAmbiguous ones always wait for a person.',
  async run(context) {
    const urls = await context.database();
    const opened = context.hub(urls, context.config);
    try {
      const actor = await cliActor(opened.identityPool, context.args);
      const { items, counts } = await suggestLinks(opened.hub, actor, {
        storeId: optionOf(context.args, '--store') ?? undefined,
        minScore: Number(optionOf(context.args, '--min-score') ?? 0.5),
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

const nameOf = (product: string, variant: string): string => (variant === '' ? product : `${product} / ${variant}`);
