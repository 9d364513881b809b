/** Staff cancel an order at the platform and delete it at once: nothing of it can be read any more. */
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import { eventually } from '#test/journeys/eventually.ts';
import { type Stage, startStage } from '#test/journeys/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

interface Shown {
  status: string;
  nativeStatus: string;
}

test('the webhook of its deletion calls it off in the hub too', async () => {
  const { orders: people, goods, add } = stage.source.control;
  add([{ title: 'Lantern', variants: [{ price: '20.00', quantity: 5, sku: 'LANTERN' }] }]);
  await stage.connect(stage.source);
  await eventually('its webhooks are registered', async () => {
    const { rows } = await stage.hub.db.inOrganization(stage.actor.organizationId, (tx) =>
      tx.execute<{ topic: string }>(sql`select topic from webhook_endpoints where organization_id = ${tx.organizationId}`),
    );
    const topics = rows.map(({ topic }) => topic);
    expect(topics).toEqual(expect.arrayContaining(['ORDERS_CREATE', 'ORDERS_DELETE']));
  });
  const variantId = present(
    goods().find(({ sku }) => sku === 'LANTERN'),
    'the lantern',
  ).variantId;
  const id = present(people.place([{ variantId, units: 2 }]), 'an order');
  const shown = () => stage.person.all<Shown>('/api/orders');
  await eventually('the order is here', async () => expect(await shown()).toMatchObject([{ status: 'open' }]));
  await stage.stopWorker();
  people.cancel(id);
  people.remove?.(id);
  stage.startWorker();
  await eventually('it is called off', async () =>
    expect(await shown()).toMatchObject([{ status: 'cancelled', nativeStatus: 'DELETED' }]),
  );
  expect(stage.errors).toEqual([]);
});
