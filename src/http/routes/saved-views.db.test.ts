import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newId } from '#base/ids.ts';
import { type Answer, ask, type Person, startTestServer, type TestServer } from '#http/test-server.ts';
import { saveView } from '#organizations/saved-views.ts';

let server: TestServer;
let ann: Person;
let ben: Person;

beforeAll(async () => {
  server = await startTestServer();
  [ann, ben] = [
    await server.addPerson(server.owner.organizationId, 'member'),
    await server.addPerson(server.owner.organizationId, 'member'),
  ];
});
afterAll(() => server.close());
beforeEach(() => inOurs('delete from saved_views'));

/** As the app's own role, inside the walls. */
async function inOurs(statement: string): Promise<Record<string, unknown>[]> {
  const { organizationId } = server.owner;
  return await server.hub.db.inOrganization(organizationId, async (tx) => (await tx.execute(statement)).rows);
}

const view = (name: string, change: object = {}) => ({ list: 'orders', name, search: { view: 'all', tag: 'gift' }, ...change });
const save = (person: Person, name: string, change: object = {}): Promise<Answer> =>
  person.send('POST', '/api/saved-views', view(name, change));
const shownTo = async (person: Person, list = 'orders'): Promise<string[]> =>
  (await person.get(`/api/saved-views?list=${list}`)).body.items.map(({ name }: { name: string }) => name);
const saved = async (person: Person, name: string, change: object = {}): Promise<string> => {
  const answer = await save(person, name, change);
  expect(answer.status).toBe(201);
  return answer.body.id;
};

describe('who sees and changes a view', () => {
  test('what somebody saves stands in their list as it was saved, and in that of no other list', async () => {
    const search = { view: 'all', q: 'Đèn lồng 🏮', tags: ['a', 'b'], days: 7, late: true };
    const answer = await save(ann, '  Big   orders ', { search });
    expect([answer.status, answer.body]).toEqual([
      201,
      expect.objectContaining({ name: 'Big orders', search, isShared: false, isOwn: true, canChange: true, savedBy: 'member' }),
    ]);
    expect((await ann.get('/api/saved-views?list=orders')).body).toEqual({ items: [answer.body], nextCursor: null });
    expect(await shownTo(ann, 'products')).toEqual([]);
    expect((await ann.get('/api/saved-views')).body.items).toHaveLength(1);
  });

  test('another organization sees none, shared or not, and its ids are the ids of nothing there', async () => {
    const id = await saved(ann, 'Ours', { isShared: true });
    expect(await shownTo(server.stranger)).toEqual([]);
    expect((await server.stranger.send('PATCH', `/api/saved-views/${id}`, { name: 'Theirs' })).status).toBe(404);
    expect((await server.stranger.send('DELETE', `/api/saved-views/${id}`)).status).toBe(404);
    expect(await shownTo(ann)).toEqual(['Ours']);
  });

  test('another member sees only shared ones, after their own and with who shared them, and cannot change them', async () => {
    const [secret, shared] = [await saved(ann, 'Secret'), await saved(ann, 'A shared one', { isShared: true })];
    await saved(ben, 'Mine');
    const { items } = (await ben.get('/api/saved-views?list=orders')).body;
    expect(items.map(({ name, isOwn, canChange, savedBy }: never) => [name, isOwn, canChange, savedBy])).toEqual([
      ['Mine', true, true, 'member'],
      ['A shared one', false, false, 'member'],
    ]);
    for (const [id, status] of [
      [secret, 404],
      [shared, 403],
    ]) {
      expect((await ben.send('PATCH', `/api/saved-views/${id}`, { name: 'Taken over' })).status).toBe(status);
      expect((await ben.send('DELETE', `/api/saved-views/${id}`)).status).toBe(status);
    }
    expect(await shownTo(ann)).toEqual(['A shared one', 'Secret']);
  });

  test('an owner or admin changes and deletes what others share, and does not see what they keep', async () => {
    const admin = await server.addPerson(server.owner.organizationId, 'admin');
    const [secret, shared] = [await saved(ann, 'Secret'), await saved(ann, 'Shared', { isShared: true })];
    expect(await shownTo(admin)).toEqual(['Shared']);
    expect((await admin.send('PATCH', `/api/saved-views/${secret}`, { isShared: true })).status).toBe(404);
    const renamed = await admin.send('PATCH', `/api/saved-views/${shared}`, { name: 'For all' });
    expect([renamed.status, renamed.body]).toEqual([200, expect.objectContaining({ name: 'For all', isOwn: false })]);
    expect(await shownTo(ann)).toEqual(['For all', 'Secret']);
    expect((await server.owner.send('DELETE', `/api/saved-views/${shared}`)).status).toBe(204);
    expect(await shownTo(ann)).toEqual(['Secret']);
  });

  test('one that is shared no more is gone for the others and stays for who saved it', async () => {
    const id = await saved(ann, 'For a day', { isShared: true });
    expect(await shownTo(ben)).toEqual(['For a day']);
    expect((await ann.send('PATCH', `/api/saved-views/${id}`, { isShared: false })).status).toBe(200);
    expect([await shownTo(ben), await shownTo(ann)]).toEqual([[], ['For a day']]);
  });

  test('a viewer sees what is shared, and saves and changes nothing', async () => {
    const viewer = await server.addPerson(server.owner.organizationId, 'viewer');
    await saved(ann, 'Secret');
    await saved(ann, 'Shared', { isShared: true });
    const { items } = (await viewer.get('/api/saved-views')).body;
    expect(items).toEqual([expect.objectContaining({ name: 'Shared', canChange: false })]);
    expect((await save(viewer, 'Mine')).status).toBe(403);
  });

  test('somebody who was made a viewer keeps seeing their own, and can change them no more', async () => {
    const demoted = await server.addPerson(server.owner.organizationId, 'member');
    const id = await saved(demoted, 'Mine');
    await server.identityPool.query("update members set role = 'viewer' where user_id = $1", [demoted.userId]);
    const { items } = (await demoted.get('/api/saved-views')).body;
    expect(items).toEqual([expect.objectContaining({ id, isOwn: true, canChange: false })]);
    expect((await demoted.send('DELETE', `/api/saved-views/${id}`)).status).toBe(403);
  });

  test('a key of the API lists the shared ones, and saves none: it is nobody', async () => {
    await saved(ann, 'Secret');
    await saved(ann, 'Shared', { isShared: true });
    for (const scope of ['read', 'write', 'admin'] as const) {
      const headers = await server.key(server.owner, scope);
      const { items } = (await ask(server.app, 'GET', '/api/saved-views?list=orders', headers)).body;
      expect(items).toEqual([expect.objectContaining({ name: 'Shared', isOwn: false, canChange: scope === 'admin' })]);
      const refused = await ask(server.app, 'POST', '/api/saved-views', headers, view('Mine'));
      expect([refused.status, refused.body.code]).toEqual([403, 'forbidden']);
    }
  });

  test('what somebody shared stays when they are removed, and when their account is gone; it has no name then', async () => {
    const gone = await server.addPerson(server.owner.organizationId, 'member');
    const id = await saved(gone, 'Left behind', { isShared: true });
    await saved(gone, 'Kept to themselves');
    await server.identityPool.query('delete from members where user_id = $1', [gone.userId]);
    expect((await gone.get('/api/saved-views')).status).toBe(403);
    const readBy = async () => (await ben.get('/api/saved-views?list=orders')).body.items;
    expect(await readBy()).toEqual([expect.objectContaining({ name: 'Left behind', savedBy: 'member' })]);
    await server.identityPool.query('delete from users where id = $1', [gone.userId]);
    expect(await readBy()).toEqual([expect.objectContaining({ name: 'Left behind', savedBy: null })]);
    expect((await server.owner.send('DELETE', `/api/saved-views/${id}`)).status).toBe(204);
  });
});

describe('changing', () => {
  test('a search is replaced as a whole, a name alone leaves it as it is', async () => {
    const id = await saved(ann, 'Gifts');
    await ann.send('PATCH', `/api/saved-views/${id}`, { search: { q: 'lantern' } });
    const renamed = await ann.send('PATCH', `/api/saved-views/${id}`, { name: 'GIFTS' });
    expect(renamed.body).toMatchObject({ name: 'GIFTS', search: { q: 'lantern' }, isShared: false });
    expect((await ann.send('PATCH', `/api/saved-views/${id}`, {})).body.code).toBe('invalid_input');
  });

  test('a deleted one is gone, and deleting it again says so', async () => {
    const id = await saved(ann, 'Gifts');
    expect((await ann.send('DELETE', `/api/saved-views/${id}`)).status).toBe(204);
    expect(await shownTo(ann)).toEqual([]);
    const again = await ann.send('DELETE', `/api/saved-views/${id}`);
    expect([again.status, again.body.code]).toEqual([404, 'not_found']);
    expect((await ann.send('PATCH', `/api/saved-views/${id}`, { name: 'Back' })).status).toBe(404);
  });

  test('open pages hear of each change, and the trail says who made it, without the words in it', async () => {
    server.announced.length = 0;
    const id = await saved(ann, 'Sophie Dubois', { search: { q: 'sophie@example.com' } });
    await ann.send('PATCH', `/api/saved-views/${id}`, { isShared: true });
    await ann.send('DELETE', `/api/saved-views/${id}`);
    expect(server.announced).toEqual([1, 2, 3].map(() => ({ kind: 'view', ids: [id] })));
    const lines = await inOurs(`select * from audit_log where subject_id = '${id}' order by id`);
    expect(lines.map(({ action, actor_id }) => [action, actor_id])).toEqual(
      ['view.saved', 'view.changed', 'view.deleted'].map((action) => [action, ann.userId]),
    );
    expect(JSON.stringify(lines)).not.toMatch(/sophie/i);
  });

  test('the same request sent twice under one key saves one view', async () => {
    const headers = { 'idempotency-key': newId() };
    const [first, second] = [
      await ann.send('POST', '/api/saved-views', view('Once'), headers),
      await ann.send('POST', '/api/saved-views', view('Once'), headers),
    ];
    expect([first.status, second.status, second.body]).toEqual([201, 201, first.body]);
    expect(await shownTo(ann)).toEqual(['Once']);
  });
});

describe('names', () => {
  test.each([
    ['Gifts', 'gifts'],
    ['Đơn hàng Ưu tiên', 'ĐƠN HÀNG ƯU TIÊN'],
    ['Caf\u00e9', 'CAFE\u0301'],
    ['Ｇｉｆｔｓ', 'gifts'],
  ])('"%s" and "%s" are the same name', async (one, other) => {
    await saved(ann, one);
    const answer = await save(ann, other);
    expect([answer.status, answer.body.code, answer.body.issues[0].path]).toEqual([409, 'conflict', 'name']);
    const second = await saved(ann, 'Another');
    expect((await ann.send('PATCH', `/api/saved-views/${second}`, { name: other })).status).toBe(409);
  });

  test('another list and another person may have the same name', async () => {
    await saved(ann, 'Gifts');
    await saved(ann, 'Gifts', { list: 'products' });
    await saved(ben, 'gifts', { isShared: true });
    expect(await shownTo(ann)).toEqual(['Gifts', 'gifts']);
  });

  const longest = '\ufdfa'.repeat(60);
  test.each([
    '🎁 Quà tặng 🏮',
    '礼物订单',
    '👨‍👩‍👧‍👦',
    '🏮'.repeat(60),
    longest,
    "'; drop table saved_views; --",
    '<b>&amp;</b>',
  ])('may be "%s"', async (name) => {
    await saved(ann, name);
    expect(await shownTo(ann)).toEqual([name]);
  });

  test.each(['', '   ', '\t\n', '\u200b\u200d', '\u202e', 'x'.repeat(61), '🏮'.repeat(61), 7, null, ['x']])(
    'may not be %j',
    async (name) => {
      const answer = await ann.send('POST', '/api/saved-views', { ...view(''), name });
      expect([answer.status, answer.body.code]).toEqual([400, 'invalid_input']);
      expect(await shownTo(ann)).toEqual([]);
    },
  );
});

describe('bounds', () => {
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`p${at}`, 'x']));

  test('of one list a person has 50, the next is refused with what to do; other lists and people have room', async () => {
    for (let at = 0; at < 50; at++) await saved(ann, `View ${at}`);
    const refused = await save(ann, 'One more');
    expect([refused.status, refused.body.code]).toEqual([409, 'conflict']);
    expect(refused.body.detail).toContain('50 views of this list');
    await saved(ann, 'One more', { list: 'inventory' });
    await saved(ben, 'One more');
  });

  test('of many saved at once there are 50 in the end, and of the same name one', async () => {
    for (let at = 0; at < 45; at++) await saved(ann, `View ${at}`);
    const answers = await Promise.all(Array.from({ length: 12 }, (_, at) => save(ann, `At once ${at}`)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(5);
    const same = await Promise.all(Array.from({ length: 5 }, () => save(ben, 'The same')));
    expect(same.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
  });

  test('a search of 30 parameters is kept', async () => {
    await saved(ann, 'Thirty', { search: many(30) });
  });

  const bad: Record<string, unknown> = {
    'an object in it': { q: { deep: 'x' } },
    'a list of lists in it': { tags: [['x']] },
    'a list of objects in it': { tags: [{ x: 1 }] },
    'nothing in a parameter': { q: null },
    '31 parameters': many(31),
    'a text of 501 characters': { q: 'x'.repeat(501) },
    'a list of 51 texts': { tags: Array.from({ length: 51 }, () => 'x') },
    'more than 8 KB': Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`p${at}`, 'ồ'.repeat(500)])),
    'a parameter with a long name': { ['x'.repeat(61)]: 'x' },
    'a NUL in it': { q: 'a\0b' },
    'half of an emoji in it': { q: '\ud83c' },
    'a list for a search': ['x'],
    'a text for a search': 'q=x',
  };
  test.each(Object.entries(bad))('%s is refused, and nothing is saved', async (_what, search) => {
    const answer = await save(ann, 'Bad', { search });
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_input']);
    expect(answer.body.detail).toMatch(/[.]$|not known/);
    expect(await shownTo(ann)).toEqual([]);
  });

  test('a list that there is not, and a field that is not known, are refused', async () => {
    for (const change of [{ list: 'customers' }, { userId: ben.userId }, { isShared: 'yes' }])
      expect((await save(ann, 'Bad', change)).body.code).toBe('invalid_input');
    expect((await ann.get('/api/saved-views?list=customers')).body.code).toBe('invalid_input');
    expect((await ann.send('DELETE', '/api/saved-views/no-id')).status).toBe(404);
  });

  test('an organization that shares thousands is shown a bounded number, its own first', async () => {
    const { organizationId } = server.owner;
    const now = new Date();
    await server.hub.db.inOrganization(organizationId, async (tx) => {
      const rows = `select '${organizationId}'::uuid, gen_random_uuid(), 'somebody-' || n / 50, 'orders', 'a' || n, 'a' || n, '{}'::jsonb, true, '${now.toISOString()}'::timestamptz, '${now.toISOString()}'::timestamptz`;
      await tx.execute(
        `insert into saved_views (organization_id, id, user_id, list, name, name_key, search, is_shared, created_at, updated_at) ${rows} from generate_series(1, 2000) n`,
      );
    });
    await saveView(server.hub, { ...ben, kind: 'user', role: 'member' }, { ...view('zzz'), list: 'orders', isShared: false });
    const shown = await shownTo(ben);
    expect([shown.length, shown[0]]).toEqual([500, 'zzz']);
  });
});
