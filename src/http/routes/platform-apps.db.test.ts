/** The operator's app at a platform, entered in Settings. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '#http/test-server.ts';
import { enterPracticeApp } from '#stores/platform-app.ts';
import { appFor } from '#stores/session.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const enter = (body: object, person = server.owner) => person.send('PUT', '/api/platforms/corner_shop/app', body);
const stored = (person = server.owner) =>
  server.hub.db.inOrganization(person.organizationId, (tx) => appFor(server.hub, tx, 'corner_shop'));

test('the first entry needs a secret, and says so at the field', async () => {
  const answer = await enter({ clientId: 'one' });
  expect(answer.body).toMatchObject({ status: 400, issues: [{ path: 'clientSecret' }] });
  expect(await stored()).toBeNull();
});

test('what the platform declares beside id and secret is shown again, the secret never is', async () => {
  const answer = await enter({ clientId: 'one', clientSecret: 'very hidden', extra: { till: '72' } });
  expect(answer.body).toMatchObject({
    appFields: [{ name: 'till', label: 'Till' }],
    app: { configured: true, source: 'settings', clientId: 'one', extra: { till: '72' } },
  });
  expect(Date.parse(answer.body.app.setAt)).toBeGreaterThan(Date.now() - 60_000);
  expect(answer.text).not.toContain('very hidden');
});

test('what is left out stays, an empty value is removed', async () => {
  await enter({ clientId: 'two' });
  expect(await stored()).toEqual({ clientId: 'two', clientSecret: 'very hidden', extra: { till: '72' } });
  await enter({ clientId: 'two', extra: { till: '' } });
  expect(await stored()).toEqual({ clientId: 'two', clientSecret: 'very hidden', extra: {} });
});

test('a value that breaks the rule of its platform is refused with the rule', async () => {
  const answer = await enter({ clientId: 'two', extra: { till: 'no number' } });
  expect(answer.body).toMatchObject({ status: 400, issues: [{ path: 'extra.till', message: 'A till is a number.' }] });
});

test('a practice store brings its app along, but never in place of one that was entered', async () => {
  const app = { clientId: 'practice', clientSecret: 'practice secret', extra: {} };
  const actorOf = (person: typeof server.owner) =>
    ({ organizationId: person.organizationId, userId: person.userId, kind: 'user', role: 'member' }) as const;
  await enterPracticeApp(server.hub, actorOf(server.stranger), 'corner_shop', app);
  expect(await stored(server.stranger)).toEqual(app);
  await enterPracticeApp(server.hub, actorOf(server.owner), 'corner_shop', app);
  expect((await stored())?.clientId).toBe('two');
});
