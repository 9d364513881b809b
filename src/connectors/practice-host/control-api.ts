/**
 * /practice: the page, and the JSON API that it and the tests use. Only for this machine: the Host header must name it (a
 * web page elsewhere could otherwise reach the shop by rebinding its own name), and changes must come as JSON (which a
 * page of another origin cannot send unasked).
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { messageOf } from '#base/errors.ts';
import type { PracticeControl, PracticeFault, PracticeGood, PracticeOrders, PracticeShop } from '#connectors/practice.ts';

const page = readFileSync(new URL('./page.html', import.meta.url), 'utf8');

/** A shop may tell of its latest webhook attempts. */
export interface SentWebhook {
  at: string;
  topic: string;
  url: string;
  status: number;
}
type Control = PracticeControl & { recentWebhooks?(): readonly SentWebhook[] };

const editBody = z.strictObject({
  variantId: z.string(),
  price: z.string().optional(),
  quantity: z.int().optional(),
  title: z.string().optional(),
  tracked: z.boolean().optional(),
});
const sellBody = z.strictObject({ variantId: z.string(), units: z.int().min(1).default(1) });
const orderLine = z.strictObject({ variantId: z.string(), units: z.int().min(1) });
const orderBody = z.strictObject({
  lines: z.array(orderLine).min(1),
  paid: z.boolean().default(true),
  buyer: z.string().min(1).default('Practice Buyer'),
  note: z.string().default(''),
});
const payBody = z.strictObject({ orderId: z.string() });
const cancelBody = z.strictObject({ orderId: z.string(), restock: z.boolean().default(true) });
/** Everything that is open when no lines are named. */
const shipBody = z.strictObject({ orderId: z.string(), lines: z.array(orderLine).min(1).optional() });
const refundBody = z.strictObject({
  orderId: z.string(),
  lines: z.array(orderLine.extend({ restock: z.boolean() })).min(1),
});
/** 0 takes the line off the order. */
const orderEditBody = z.strictObject({ orderId: z.string(), variantId: z.string(), units: z.int().min(0) });
/** 0 ends the campaign. */
const campaignBody = z.strictObject({ variantId: z.string(), units: z.int().min(0) });
const faultBody = z.strictObject({
  kind: z.enum([
    'throttle',
    'server_error',
    'timeout_before',
    'timeout_after',
    'apply_late',
    'slow',
    'expire_token',
    'webhook_lost',
    'webhook_duplicate',
    'webhook_late',
    'cut_answer',
  ] satisfies PracticeFault['kind'][]),
  match: z.string().min(1).optional(),
  /** Absent: once. null: until cleared (JSON has no Infinity). */
  times: z.int().min(1).nullable().optional(),
  seconds: z.number().min(0).max(86_400).optional(),
});
const clockBody = z.strictObject({
  seconds: z
    .number()
    .min(0)
    .max(366 * 86_400),
});
const unlimitedBody = z.strictObject({ on: z.boolean() });

export const isControlPath = (path: string): boolean => path === '/practice' || path.startsWith('/practice/');

export async function answerControl(shop: PracticeShop, request: Request): Promise<Response> {
  const url = new URL(request.url);
  if (!isLocal(request.headers.get('Host'))) return refused(421, 'This practice shop answers to 127.0.0.1 and localhost only');
  const control: Control = shop.control;
  const path = url.pathname.replace(/\/$/, '');
  if (request.method === 'GET') {
    if (path === '/practice') return pageResponse();
    if (path === '/practice/state') return Response.json(stateOf(shop.platform, control, url.searchParams));
    if (path === '/practice/access') return Response.json(control.access());
    return refused(404, 'There is no such page');
  }
  if (request.method === 'DELETE' && path === '/practice/faults') {
    control.clearFaults();
    return Response.json({ ok: true });
  }
  const act = request.method === 'POST' ? actions[path] : undefined;
  if (act === undefined) return refused(404, 'There is no such action');
  if (!(request.headers.get('Content-Type') ?? '').startsWith('application/json'))
    return refused(415, 'The body must be JSON (Content-Type: application/json)');
  try {
    return Response.json(act(control, await request.json()));
  } catch (thrown) {
    // The shop's own words: an unknown variant, an impossible price.
    return refused(400, thrown instanceof z.ZodError ? z.prettifyError(thrown) : messageOf(thrown));
  }
}

const actions: Readonly<Record<string, (control: Control, body: unknown) => unknown>> = {
  '/practice/edit': (control, body) => {
    const { variantId, price, quantity, title, tracked } = editBody.parse(body);
    control.edit(variantId, {
      ...(price === undefined ? {} : { price }),
      ...(quantity === undefined ? {} : { quantity }),
      ...(title === undefined ? {} : { title }),
      ...(tracked === undefined ? {} : { tracked }),
    });
    return { ok: true };
  },
  '/practice/sell': (control, body) => {
    const { variantId, units } = sellBody.parse(body);
    return { sold: control.sell(variantId, units) };
  },
  '/practice/orders': (control, body) => {
    const { lines, ...options } = orderBody.parse(body);
    return { orderId: ordersOf(control).place(lines, options) };
  },
  '/practice/orders/pay': (control, body) => {
    ordersOf(control).pay(payBody.parse(body).orderId);
    return { ok: true };
  },
  '/practice/orders/cancel': (control, body) => {
    const { orderId, restock } = cancelBody.parse(body);
    ordersOf(control).cancel(orderId, { restock });
    return { ok: true };
  },
  '/practice/orders/delete': (control, body) => {
    const orders = ordersOf(control);
    if (orders.remove === undefined) throw new Error('On this platform an order cannot be deleted');
    orders.remove(payBody.parse(body).orderId);
    return { ok: true };
  },
  '/practice/orders/ship': (control, body) => {
    const { orderId, lines } = shipBody.parse(body);
    return { shipmentId: ordersOf(control).ship(orderId, lines) };
  },
  '/practice/orders/take-back': (control, body) => {
    const { orderId, lines } = refundBody.parse(body);
    const orders = ordersOf(control);
    if (orders.takeBack === undefined) throw new Error('On this platform what is sent back is refunded at once');
    orders.takeBack(orderId, lines);
    return { ok: true };
  },
  '/practice/orders/refund': (control, body) => {
    const { orderId, lines } = refundBody.parse(body);
    ordersOf(control).refund(orderId, lines);
    return { ok: true };
  },
  '/practice/orders/edit': (control, body) => {
    const { orderId, ...line } = orderEditBody.parse(body);
    ordersOf(control).edit(orderId, line);
    return { ok: true };
  },
  '/practice/campaign': (control, body) => {
    const { variantId, units } = campaignBody.parse(body);
    if (control.lockForCampaign === undefined) throw new Error('This platform knows no campaigns');
    control.lockForCampaign(variantId, units);
    return { ok: true };
  },
  '/practice/faults': (control, body) => {
    const { kind, match, times, seconds } = faultBody.parse(body);
    control.fault({
      kind,
      ...(match === undefined ? {} : { match }),
      ...(times === undefined ? {} : { times: times ?? Number.POSITIVE_INFINITY }),
      ...(seconds === undefined ? {} : { seconds }),
    });
    return { ok: true };
  },
  '/practice/clock': (control, body) => {
    control.advanceClock(clockBody.parse(body).seconds);
    return { ok: true };
  },
  '/practice/unlimited': (control, body) => {
    control.unlimited(unlimitedBody.parse(body).on);
    return { ok: true };
  },
};

function ordersOf(control: Control): PracticeOrders {
  if (control.orders === undefined) throw new Error('This practice shop keeps no orders');
  return control.orders;
}

/** As many orders as a person looks at. */
const newestOrders = 12;

/**
 * Goods (all, or those that contain `search`, at most `limit`), counters, and the newest orders, and the writes from index `since`
 * on; `next` is the `since` of the following call.
 */
function stateOf(platform: string, control: Control, query: URLSearchParams) {
  const search = (query.get('search') ?? '').trim().toLowerCase();
  const all = control.goods();
  const found = search === '' ? all : all.filter((good) => contains(good, search));
  const writes = control.writes();
  const since = wholeNumber(query.get('since')) ?? 0;
  return {
    platform,
    goods: found.slice(0, wholeNumber(query.get('limit')) ?? found.length),
    found: found.length,
    total: all.length,
    counters: control.counters(),
    writes: writes.slice(since),
    next: writes.length,
    orders: control.orders === undefined ? null : ordersIn(control.orders, all),
    takesBack: control.orders?.takeBack !== undefined,
    campaigns: control.lockForCampaign !== undefined,
    webhooks: control.recentWebhooks?.() ?? null,
  };
}

/** The newest first, their lines with what they are called. */
function ordersIn(orders: PracticeOrders, goods: readonly PracticeGood[]) {
  const names = new Map(
    goods.map((good) => [good.variantId, [good.title, good.variantTitle].filter((part) => part !== '').join(', ')]),
  );
  const newest = orders.list().slice(-newestOrders).reverse();
  return newest.map((order) => ({
    ...order,
    lines: order.lines.map((line) => ({ ...line, name: names.get(line.variantId) ?? line.variantId })),
  }));
}

const contains = (good: PracticeGood, search: string): boolean =>
  [good.title, good.variantTitle, good.sku, good.variantId].some((text) => text.toLowerCase().includes(search));

const wholeNumber = (text: string | null): number | null => (text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null);

const isLocal = (host: string | null): boolean => /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host ?? '');

const refused = (status: number, error: string): Response => Response.json({ error }, { status });

const pageResponse = (): Response =>
  new Response(page, {
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy':
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    },
  });
