/** What the searches of orders, cancellations and returns share: page size, page token, order. */
import { refuseParameter } from '#connectors/tiktok_shop/sandbox/refusal.ts';

export interface Page {
  size: number;
  offset: number;
  field: 'create_time' | 'update_time';
  descending: boolean;
  moments: { create_time: number; update_time: number };
}

export interface PageRule {
  least: number;
  most: number;
  /** Null: a size must be given. */
  sizeByDefault: number | null;
  orderByDefault: 'ASC' | 'DESC';
}

export function readPage(query: URLSearchParams, rule: PageRule): Omit<Page, 'moments'> {
  const field = query.get('sort_field') ?? 'create_time';
  const direction = query.get('sort_order') ?? rule.orderByDefault;
  if (field !== 'create_time' && field !== 'update_time') refuseParameter('Invalid parameter. sort_field is unknown');
  if (direction !== 'ASC' && direction !== 'DESC') refuseParameter('Invalid parameter. sort_order is unknown');
  return { size: readSize(query.get('page_size'), rule), offset: readToken(query), field, descending: direction === 'DESC' };
}

function readSize(text: string | null, { least, most, sizeByDefault }: PageRule): number {
  if (text === null && sizeByDefault !== null) return sizeByDefault;
  const size = text !== null && /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (size < least || size > most) refuseParameter(`Invalid parameter. page_size: valid range [${least}-${most}]`);
  return size;
}

function readToken(query: URLSearchParams): number {
  const token = query.get('page_token');
  if (token === null) return 0;
  const offset = /^next=(\d{1,9})\n$/.exec(Buffer.from(token, 'base64').toString('utf8'))?.[1];
  if (offset === undefined) refuseParameter('Invalid parameter. page_token is invalid');
  return Number(offset);
}

/** The answer's data: those of the page, in the order asked for; of equal moments the older one first. */
export function answerPage<T>(
  found: readonly T[],
  page: Omit<Page, 'moments'>,
  momentsOf: (one: T) => Page['moments'],
  name: string,
  entry: (one: T) => object,
): object {
  const sign = page.descending ? -1 : 1;
  const sorted = [...found].sort((a, b) => sign * (momentsOf(a)[page.field] - momentsOf(b)[page.field]));
  const end = page.offset + page.size;
  return {
    ...(end < sorted.length ? { next_page_token: Buffer.from(`next=${end}\n`).toString('base64') } : {}),
    [name]: sorted.slice(page.offset, end).map(entry),
    total_count: sorted.length,
  };
}
