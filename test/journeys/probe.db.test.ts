import { appendFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, test } from 'vitest';
import type { PracticeShop } from '#connectors/practice.ts';
import { type Stage, startStage } from '#test/journeys/stage.ts';
const out = '/tmp/badinput/probe4.txt';
const say = (...w: unknown[]) => appendFileSync(out, `${w.map((x) => (typeof x === 'string' ? x : JSON.stringify(x))).join(' ')}\n`);
let stage: Stage;
let poison: (text: string) => string = (t) => t;
const around = (shop: PracticeShop): PracticeShop => ({ ...shop, async handle(request) {
  const answer = await shop.handle(request);
  const type = answer.headers.get('content-type') ?? '';
  if (!type.includes('json')) return answer;
  const { status, headers } = answer; const text = await answer.text(); const h = new Headers(headers); h.delete('content-length');
  return new Response(poison(text), { status, headers: h });
} });
beforeAll(() => { writeFileSync(out, ''); });
const poisons: Record<string, [string, (t: string) => string]> = {
  control: ['x', (t) => t],
  nul: ['POISON', (t) => t.replaceAll('POISON', 'PO\\u0000ISON')],
  surrogate: ['POISON', (t) => t.replaceAll('POISON', 'PO\\ud83cISON')],
  pricecomma: ['6.66', (t) => t.replaceAll('"6.66"', '"1,299.00"')],
  pricenan: ['6.66', (t) => t.replaceAll('"6.66"', '"NaN"')],
  priceneg: ['6.66', (t) => t.replaceAll('"6.66"', '"-6.66"')],
  pricehuge: ['6.66', (t) => t.replaceAll('"6.66"', '"666666666666666666666666.66"')],
  priceinf: ['6.66', (t) => t.replaceAll('"6.66"', '"Infinity"')],
  qtyhuge: ['666', (t) => t.replaceAll(':666,', ':1000000000000,').replaceAll(':666}', ':1000000000000}')],
  qtyfloat: ['666', (t) => t.replaceAll(':666,', ':6.5,').replaceAll(':666}', ':6.5}')],
  qtyneg: ['666', (t) => t.replaceAll(':666,', ':-666,').replaceAll(':666}', ':-666}')],
  titlenull: ['POISON', (t) => t.replaceAll('"POISON"', 'null')],
};
for (const [name, [, change]] of Object.entries(poisons)) test(name, async () => {
  poison = (t) => t;
  stage = await startStage({ around });
  try {
    for (const s of [stage.source, stage.other]) s.control.add([
      { title: 'First', variants: [{ sku: 'A', price: '5.00', quantity: 5 }] },
      { title: 'POISON', variants: [{ sku: 'B', price: '6.66', quantity: 666 }] },
      { title: 'Third', variants: [{ sku: 'C', price: '7.00', quantity: 7 }] },
    ]);
    poison = change;
    for (const s of [stage.source, stage.other]) {
      try { await stage.connect(s); } catch (e: any) { say(name, s.platform, 'CONNECT', e.message); }
      const ls = await stage.person.all<any>('/api/listings');
      say(name, s.platform, ls.filter((l) => l.platform === s.platform).map((l) => [l.productTitle, l.price, l.quantity, l.status]));
      const job = (await stage.person.get<any>(`/api/sync-jobs?jobType=pull&limit=1`)).items[0];
      say(name, s.platform, 'job', job?.status, job?.errorMessage ?? '');
      const st = (await stage.person.all<any>('/api/stores')).find((x) => x.platform === s.platform);
      say(name, s.platform, 'store', st?.status, st?.lastError ?? '');
    }
    // remote edits of the healthy and the poisoned
    say(name, 'products', (await stage.person.all<any>('/api/products')).map((p) => [p.title, p.priceRange, p.available]));
    say(name, 'export', (await stage.person.ask<any>('GET', '/api/products/export.csv')).text.split('\n').slice(1).map((l) => l.slice(0, 60)));
    const sug = await stage.person.post<any>('/api/listings/suggestions', {});
    await stage.person.post('/api/listings/bulk-link', { links: sug.items.map(({ listingId, variantId }: any) => ({ listingId, variantId })) });
    await sleep(1500);
    const first = stage.source.control.goods().find((g) => g.sku === 'A')!;
    stage.source.control.edit(first.variantId, { price: '5.55', quantity: 4 });
    await sleep(1500);
    say(name, 'other goods', stage.other.control.goods().map((g) => [g.sku, g.price, g.quantity]), 'source', stage.source.control.goods().map((g) => [g.sku, g.price, g.quantity]));
    for (const st of await stage.person.all<any>('/api/stores')) say(name, st.platform, 'end', st.status, st.lastError ?? '', st.counts);
    say(name, 'ERR', stage.errors.map((e) => [e.message, String((e.details as any).err ?? (e.details as any).internal).slice(0, 200), String((e.details as any).err?.cause).slice(0, 200)]).slice(0, 4), stage.errors.length);
    poison = (t) => t;
  } finally { await stage.close(); }
}, 60000);
