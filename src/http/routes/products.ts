import { z } from 'zod';
import { AppError } from '#base/errors.ts';
import { parseAmount } from '#base/money.ts';
import { actorOf } from '#http/access.ts';
import type { Api, RouteDeps } from '#http/app.ts';
import { answerPage, pageOf, pageQuery, readPage, searchText } from '#http/paging.ts';
import { productDetailShape, productShape, productStatus, showProduct, showVariant, variantShape } from '#http/product-shape.ts';
import { idParams } from '#http/shapes.ts';
import { changeProduct, changeVariant } from '#listings/change-variant.ts';
import { listProducts, summarizeProducts } from '#listings/list-products.ts';
import { productOfVariant, readProduct } from '#listings/read-product.ts';
import type { Actor } from '#organizations/actor.ts';
import type { Hub } from '#stores/hub.ts';
import { requestProductSync } from '#sync/request-sync.ts';

const productQuery = pageQuery.extend({
  status: productStatus.optional(),
  storeId: z.uuid().optional(),
  state: z.enum(['in_sync', 'behind', 'refused', 'not_linked']).optional(),
  sort: z.enum(['title', '-updatedAt']).default('title'),
  q: searchText,
});

const productPatch = z.strictObject({
  title: z.string().trim().min(1).max(255).optional(),
  brand: z.string().trim().max(255).optional(),
  productType: z.string().trim().max(255).optional(),
  status: productStatus.optional(),
});

const amount = z.string().transform((text, context) => {
  const read = parseAmount(text);
  if ('amount' in read && /^\d{1,14}(\.\d{1,4})?$/.test(read.amount)) return read.amount;
  context.addIssue({
    code: 'custom',
    message:
      'problem' in read
        ? read.problem
        : 'A price must be a number from 0 with at most four digits after the point, such as 12.50',
  });
  return z.NEVER;
});

const variantPatch = z.strictObject({
  price: amount.optional(),
  sku: z.string().trim().max(255).optional(),
  barcode: z.string().trim().max(255).optional(),
  costPrice: amount.nullable().optional(),
});

const tags = ['Products'];

export function productRoutes(app: Api, { hub }: RouteDeps): void {
  app.get(
    '/api/products',
    {
      config: { access: 'viewer' },
      schema: { tags, summary: 'The product matrix', querystring: productQuery, response: { 200: pageOf(productShape) } },
    },
    async (request) => {
      const { q, sort } = request.query;
      const order = q === undefined ? sort : 'relevance';
      const page = await hub.db.inOrganization(actorOf(request).organizationId, (tx) =>
        listProducts(hub, tx, request.query, sort, readPage(request.query, order)),
      );
      return answerPage({ items: page.items.map(showProduct), next: page.next }, order);
    },
  );

  app.get(
    '/api/products/:id',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'A product with its variants on every store',
        params: idParams,
        response: { 200: productDetailShape },
      },
    },
    async (request) => showDetail(hub, actorOf(request), request.params.id),
  );

  app.patch(
    '/api/products/:id',
    {
      config: { access: 'member' },
      schema: { tags, summary: 'Change a product', params: idParams, body: productPatch, response: { 200: productDetailShape } },
    },
    async (request) => {
      await changeProduct(hub, actorOf(request), request.params.id, request.body);
      return await showDetail(hub, actorOf(request), request.params.id);
    },
  );

  app.patch(
    '/api/variants/:id',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Change a variant; every store follows',
        params: idParams,
        body: variantPatch,
        response: { 200: variantShape },
      },
    },
    async (request) => {
      const actor = actorOf(request);
      const { id } = request.params;
      await changeVariant(hub, actor, id, request.body);
      const productId = await hub.db.inOrganization(actor.organizationId, (tx) => productOfVariant(tx, id));
      const detail =
        productId === null ? null : await hub.db.inOrganization(actor.organizationId, (tx) => readProduct(hub, tx, productId));
      const changed = detail?.variants.find(({ variant }) => variant.id === id);
      if (changed === undefined)
        throw new AppError('not_found', 'There is no such variant. It may have been removed; reload the page.');
      return showVariant(changed);
    },
  );

  app.post(
    '/api/products/:id/sync',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Read it on every store now, and write where it differs',
        params: idParams,
        response: { 202: z.object({ queued: z.number() }) },
      },
    },
    async (request, reply) => {
      const actor = actorOf(request);
      await showDetail(hub, actor, request.params.id);
      return reply.code(202).send({ queued: await requestProductSync(hub, actor, request.params.id) });
    },
  );
}

/** Throws 'not_found' when the organization has no such product. */
async function showDetail(hub: Hub, actor: Actor, productId: string): Promise<z.output<typeof productDetailShape>> {
  return await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const detail = await readProduct(hub, tx, productId);
    const [summary] = detail === null ? [] : await summarizeProducts(hub, tx, [detail.product]);
    if (detail === null || summary === undefined)
      throw new AppError('not_found', 'There is no such product. It may have been removed; reload the page.');
    const { descriptionHtml, handle, images, optionNames, attributes } = detail.product;
    return {
      ...showProduct(summary),
      descriptionHtml,
      handle,
      images: images.map(({ url, alt }) => ({ url, alt })),
      optionNames,
      attributes,
      variants: detail.variants.map(showVariant),
    };
  });
}
