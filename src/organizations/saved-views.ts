/**
 * Filters of a list that somebody keeps under a name.
 *
 * Always true:
 * - a view is seen by who saved it, and by everybody of the organization while it is shared; to others it does not exist;
 * - it is changed and deleted by who saved it; one that is shared by an owner or admin, too;
 * - of one person and list no two have the same name, whatever its capitals, and there are at most `viewsAtMost`.
 *
 * What its search says is the web app's affair: it drops what it does not know when the view is opened.
 */
import { and, asc, count, eq, ne, or, type SQL, sql } from 'drizzle-orm';
import type { Clock } from '#base/clock.ts';
import { AppError } from '#base/errors.ts';
import { newId } from '#base/ids.ts';
import type { Database, Transaction } from '#db/transaction.ts';
import type { Actor } from '#organizations/actor.ts';
import { audit } from '#organizations/audit.ts';
import { roleReaches } from '#organizations/roles.ts';
import { savedViews } from '#organizations/saved-views-tables.ts';

export const listNames = ['orders', 'products', 'listings', 'inventory', 'stock_history'] as const;
export type ListName = (typeof listNames)[number];

/** The search parameters of a list's address. */
export type SavedSearch = Record<string, string | number | boolean | string[]>;

export type SavedViewRow = typeof savedViews.$inferSelect;

export interface SavedView {
  list: ListName;
  /** As `tidyName` answers it. */
  name: string;
  search: SavedSearch;
  isShared: boolean;
}

export interface ViewPatch {
  name?: string | undefined;
  search?: SavedSearch | undefined;
  isShared?: boolean | undefined;
}

interface ViewsHub {
  db: Database;
  clock: Clock;
  announce(organizationId: string, change: { kind: 'view'; ids: readonly string[] }): void;
}

/** Of one person and list. */
export const viewsAtMost = 50;
/** Letters as a reader counts them in most languages: code points. */
export const nameLengthAtMost = 60;
const shownAtMost = 500;

/** On one line, without blanks around it; null when nothing of it can be seen, or when it is too long. */
export function tidyName(typed: string): string | null {
  const name = typed
    .normalize('NFC')
    .replace(/\s+/g, ' ')
    .replace(/\p{Cc}/gu, '')
    .trim();
  return /[^\p{C}\p{Z}]/u.test(name) && [...name].length <= nameLengthAtMost ? name : null;
}

/** Names with the same key are the same name. */
const keyOf = (name: string): string => name.toLowerCase().normalize('NFKC');

/** Of a key of the API there is none: it saves none. */
export const isOwnView = (actor: Actor, view: { userId: string }): boolean => actor.userId === view.userId;

export const mayChangeView = (actor: Actor, view: { userId: string; isShared: boolean }): boolean =>
  isOwnView(actor, view) || (view.isShared && roleReaches(actor.role, 'admin'));

/** The caller's own first, then those that others share, each by name. */
export async function listSavedViews(tx: Transaction, actor: Actor, list: ListName | undefined): Promise<SavedViewRow[]> {
  const isOwn = ownBy(actor);
  return await tx
    .select()
    .from(savedViews)
    .where(and(ours(tx), or(isOwn, savedViews.isShared), list === undefined ? undefined : eq(savedViews.list, list)))
    .orderBy(sql`case when ${isOwn} then 0 else 1 end`, asc(savedViews.nameKey), asc(savedViews.id))
    .limit(shownAtMost);
}

/** Throws 'forbidden' for a key, 'conflict' when the name is taken or there are too many. */
export async function saveView(hub: ViewsHub, actor: Actor, view: SavedView): Promise<SavedViewRow> {
  const { kind, userId } = actor;
  if (kind !== 'user' || userId === null)
    throw new AppError('forbidden', 'A view is saved by a person. Sign in and save it in the list.');
  const now = hub.clock.now();
  return await hub.db.inOrganization(actor.organizationId, async (tx) => {
    await lockViews(tx);
    const theirs = and(ours(tx), eq(savedViews.userId, userId), eq(savedViews.list, view.list));
    const [counted] = await tx.select({ views: count() }).from(savedViews).where(theirs);
    if ((counted?.views ?? 0) >= viewsAtMost)
      throw new AppError(
        'conflict',
        `You have saved ${viewsAtMost} views of this list, and there is room for no more. Delete one first.`,
      );
    const row: SavedViewRow = {
      ...{ organizationId: tx.organizationId, id: newId(), userId },
      ...{ list: view.list, name: view.name, nameKey: keyOf(view.name), search: view.search, isShared: view.isShared },
      ...{ createdAt: now, updatedAt: now },
    };
    await refuseTakenName(tx, row);
    await tx.insert(savedViews).values(row);
    await note(hub, tx, actor, 'view.saved', row, now);
    return row;
  });
}

/** Throws 'not_found' when the caller sees no such view, 'forbidden' when it is another's, 'conflict' when the name is taken. */
export async function changeSavedView(hub: ViewsHub, actor: Actor, id: string, patch: ViewPatch): Promise<SavedViewRow> {
  const now = hub.clock.now();
  return await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const before = await takeToChange(tx, actor, id);
    const { name = before.name, search = before.search, isShared = before.isShared } = patch;
    const row = { ...before, name, nameKey: keyOf(name), search, isShared, updatedAt: now };
    await refuseTakenName(tx, row);
    await tx
      .update(savedViews)
      .set(row)
      .where(and(ours(tx), eq(savedViews.id, id)));
    await note(hub, tx, actor, 'view.changed', row, now);
    return row;
  });
}

/** Throws 'not_found' when the caller sees no such view, 'forbidden' when it is another's. */
export async function deleteSavedView(hub: ViewsHub, actor: Actor, id: string): Promise<void> {
  const now = hub.clock.now();
  await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const row = await takeToChange(tx, actor, id);
    await tx.delete(savedViews).where(and(ours(tx), eq(savedViews.id, id)));
    await note(hub, tx, actor, 'view.deleted', row, now);
  });
}

const ours = (tx: Transaction): SQL => eq(savedViews.organizationId, tx.organizationId);
const ownBy = ({ kind, userId }: Actor): SQL => (kind === 'user' && userId !== null ? eq(savedViews.userId, userId) : sql`false`);

/** One writes at a time: how many there are, and which names are taken, stays true until the commit. */
async function lockViews(tx: Transaction): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('saved views of ' || ${tx.organizationId}::text, 0))`);
}

async function takeToChange(tx: Transaction, actor: Actor, id: string): Promise<SavedViewRow> {
  await lockViews(tx);
  const [found] = await tx
    .select()
    .from(savedViews)
    .where(and(ours(tx), eq(savedViews.id, id), or(ownBy(actor), savedViews.isShared)));
  if (found === undefined) throw new AppError('not_found', 'There is no such view. It may have been deleted, or is not shared.');
  if (mayChangeView(actor, found)) return found;
  throw new AppError(
    'forbidden',
    'Only who saved this view, an owner or an admin may change it. Save it under a name of your own.',
  );
}

async function refuseTakenName(tx: Transaction, { id, userId, list, name, nameKey }: SavedViewRow): Promise<void> {
  const [taken] = await tx
    .select({ id: savedViews.id })
    .from(savedViews)
    .where(
      and(
        ours(tx),
        eq(savedViews.userId, userId),
        eq(savedViews.list, list),
        eq(savedViews.nameKey, nameKey),
        ne(savedViews.id, id),
      ),
    );
  if (taken === undefined) return;
  const message = `There is a view named "${name}" already. Choose another name.`;
  throw new AppError('conflict', message, { issues: [{ path: 'name', message }] });
}

/** The trail holds neither the name nor the search: a buyer may be named in both. */
async function note(hub: ViewsHub, tx: Transaction, actor: Actor, action: string, row: SavedViewRow, now: Date): Promise<void> {
  await audit(tx, actor, action, 'view', row.id, { list: row.list, isShared: row.isShared }, now);
  tx.afterCommit(() => hub.announce(tx.organizationId, { kind: 'view', ids: [row.id] }));
}
