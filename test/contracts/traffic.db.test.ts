/** The gate: all traffic between the hub and the practice stores, held against what the platforms published. */
import { isDeepStrictEqual } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { contractsPresent, sayAbsent } from '#test/contracts/contract-files.ts';
import { type Contract, coverageOf, coverageTable, neverRecorded, undeclared } from '#test/contracts/coverage.ts';
import { driveEngine } from '#test/contracts/drive-engine.ts';
import { type Exchange, Recorder } from '#test/contracts/record.ts';
import { shopifyContract } from '#test/contracts/shopify/contract.ts';
import { driveShopify } from '#test/contracts/shopify/drive.ts';
import { tamperings } from '#test/contracts/tamperings.ts';
import { tiktokShopContract } from '#test/contracts/tiktok_shop/contract.ts';
import { driveTikTokShop } from '#test/contracts/tiktok_shop/drive.ts';

const contracts: readonly Contract[] = [shopifyContract, tiktokShopContract];
const recorder = new Recorder();

const seenIn = (contract: Contract, exchange: Exchange): string[] => Object.values(contract.seen(exchange)).flat();

sayAbsent("the gate that holds all recorded traffic against the platforms' contracts");

describe.skipIf(!contractsPresent)('the traffic of', () => {
  beforeAll(async () => {
    // Each comes to its end, so that all that went wrong is told.
    const ends = await Promise.allSettled([driveEngine(recorder), driveShopify(recorder), driveTikTokShop(recorder)]);
    const failures = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
    if (failures.length > 0) throw new AggregateError(failures, 'A driver did not come to its end');
  });

  test('all drivers came to an end without a scripted answer left over', () => {
    expect(recorder.unasked()).toEqual([]);
    expect(recorder.exchanges.length).toBeGreaterThan(200);
  });

  for (const contract of contracts) {
    const of = () => recorder.exchanges.filter(({ platform }) => platform === contract.platform);

    test(`${contract.platform} fits its published contract, every request, answer, signature and webhook`, () => {
      const faults = new Map<string, number>();
      for (const exchange of of()) {
        for (const fault of contract.faults(exchange)) {
          const [where] = [...contract.seen(exchange).operations, ...contract.seen(exchange).topics];
          faults.set(`${where}: ${fault}`, (faults.get(`${where}: ${fault}`) ?? 0) + 1);
        }
      }
      expect([...faults].map(([fault, count]) => `${fault} (${count} times)`)).toEqual([]);
    });

    test(`${contract.platform} has every webhook taken by the hub`, () => {
      const webhooks = of().filter(({ direction }) => direction === 'webhook');
      expect(webhooks.length).toBeGreaterThan(contract.declared.topics.length);
      expect(
        webhooks.filter(({ status }) => status !== 200).map(({ status, requestBody }) => `${status}: ${requestBody}`),
      ).toEqual([]);
    });

    test.each(tamperings[contract.platform] ?? [])(`${contract.platform}: $about would be found`, ({ among, change }) => {
      const good = of().filter(({ scripted, whole, status }) => !scripted && whole && status < 400);
      const found = good.find(
        (one) => seenIn(contract, one).includes(among) && !isDeepStrictEqual({ ...one, ...change(one) }, one),
      );
      if (found === undefined) throw new Error(`Nothing was recorded of ${among} that could be tampered with so`);
      expect(contract.faults(found)).toEqual([]);
      const tampered = { ...found, ...change(found) };
      expect(contract.faults(tampered)).not.toEqual([]);
    });

    test(`${contract.platform} was recorded in every operation, error shape and webhook topic that its connector names`, () => {
      const rows = coverageOf(contract, of());
      console.info(coverageTable(contract.platform, rows));
      expect(neverRecorded(rows)).toEqual([]);
      expect(undeclared(rows)).toEqual([]);
    });
  }
});
