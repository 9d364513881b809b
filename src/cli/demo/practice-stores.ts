/** The demo's two practice stores, over real HTTP, filled with the same goods under other names. */

import { AppError } from '#base/errors.ts';
import { rejectFile } from '#catalog/csv/csv-issues.ts';
import type { CsvProduct } from '#catalog/csv/csv-product.ts';
import { openProductCsv } from '#catalog/csv/open-product-csv.ts';
import { practiceCatalog } from '#catalog/csv/practice-catalog.ts';
import { similarGoods } from '#catalog/csv/similar-goods.ts';
import { csvToPractice } from '#connectors/practice-catalog.ts';
import { type HostedPracticeShop, hostPracticeShop } from '#connectors/practice-host.ts';
import { type PracticeKind, practiceKinds } from '#connectors/practice-registry.ts';
import type { PracticeStoreAddress } from '#stores/list-platforms.ts';

export interface PracticeStore {
  platform: string;
  kind: PracticeKind;
  hosted: HostedPracticeShop;
}

/** How the server offers it on the first pages. */
export function offered({ platform, kind, hosted }: PracticeStore): PracticeStoreAddress {
  const access = hosted.shop.control.access();
  return { platform, name: 'practice', baseUrl: hosted.baseUrl, fields: kind.fields(access), app: kind.app(access) };
}

/** The first platform holds the catalog, every other one the same goods in another order and under altered titles. */
export async function openPracticeStores(options: {
  publicUrl: string;
  catalogPath: string | null;
  seed: number;
}): Promise<PracticeStore[]> {
  const catalog = options.catalogPath === null ? practiceCatalog() : await readCatalog(options.catalogPath);
  const stores: PracticeStore[] = [];
  for (const [platform, kind] of Object.entries(practiceKinds)) {
    const redirectUrl = `${options.publicUrl}/api/stores/oauth/callback/${platform}`;
    const hosted = await hostPracticeShop((baseUrl) => kind.create({ baseUrl, redirectUrl, currency: 'USD' }), {});
    const goods = stores.length === 0 ? catalog : similarGoods(catalog, options.seed).products;
    hosted.shop.control.add(goods.map(csvToPractice));
    stores.push({ platform, kind, hosted });
  }
  return stores;
}

async function readCatalog(path: string): Promise<CsvProduct[]> {
  const file = await openProductCsv(path).catch((cause: unknown) => {
    throw new AppError('invalid_input', `The catalog file ${path} cannot be read. Check its name.`, { cause });
  });
  try {
    const report = await file.check();
    if (!report.whole) throw rejectFile(report.issues, report.issueCount);
    return await Array.fromAsync(file.products());
  } finally {
    await file.close();
  }
}
