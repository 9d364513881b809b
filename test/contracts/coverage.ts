/** What a platform's connector says it can do and meet, against what was recorded. */
import type { Exchange } from '#test/contracts/record.ts';

export const chapters = ['operations', 'errors', 'topics'] as const;
export type Chapter = (typeof chapters)[number];
export type Names = Readonly<Record<Chapter, readonly string[]>>;

/** One platform's published contract. */
export interface Contract {
  platform: string;
  /** Taken from the connector's own tables, so that what is added there without traffic is missed here. */
  declared: Names;
  /** What this exchange is a record of. */
  seen(exchange: Exchange): Names;
  /** Sentences about everything in it that the contract does not know; empty when it fits. */
  faults(exchange: Exchange): string[];
}

export interface CoverageRow {
  chapter: Chapter;
  name: string;
  recorded: number;
  /** Of these, with an answer that a test wrote because the practice store cannot be brought to give it. */
  scripted: number;
  /** False for a name that was recorded, but is on no list of the connector. */
  declared: boolean;
}

export function coverageOf(contract: Pick<Contract, 'declared' | 'seen'>, exchanges: readonly Exchange[]): CoverageRow[] {
  const all = exchanges.map((exchange) => contract.seen(exchange));
  return chapters.flatMap((chapter) => {
    const counts = new Map(contract.declared[chapter].map((name) => [name, { recorded: 0, scripted: 0 }]));
    exchanges.forEach(({ scripted }, at) => {
      for (const name of new Set(all[at]?.[chapter])) {
        const count = counts.get(name) ?? { recorded: 0, scripted: 0 };
        counts.set(name, { recorded: count.recorded + 1, scripted: count.scripted + (scripted ? 1 : 0) });
      }
    });
    const declared = new Set(contract.declared[chapter]);
    return [...counts].map(([name, count]) => ({ chapter, name, ...count, declared: declared.has(name) }));
  });
}

/** An error may be scripted where a practice store cannot be brought to make it; what an operation does is the store's to say. */
const isMissing = ({ chapter, recorded, scripted }: CoverageRow): boolean =>
  recorded - (chapter === 'errors' ? 0 : scripted) === 0;

export const neverRecorded = (rows: readonly CoverageRow[]): string[] =>
  rows.filter(isMissing).map(({ chapter, name }) => `${chapter}: ${name}`);

/** Operations and topics that crossed the wire without standing on a list. Platforms may have errors that no list names. */
export const undeclared = (rows: readonly CoverageRow[]): string[] =>
  rows.filter(({ chapter, declared }) => !declared && chapter !== 'errors').map(({ chapter, name }) => `${chapter}: ${name}`);

export function coverageTable(platform: string, rows: readonly CoverageRow[]): string {
  const width = Math.max(...rows.map(({ name }) => name.length));
  const lines = rows.map((row) => {
    const { chapter, name, recorded, scripted, declared } = row;
    const verdict = isMissing(row) ? 'NEVER RECORDED' : declared ? 'ok' : 'not on a list';
    return `  ${chapter.padEnd(10)}  ${name.padEnd(width)}  ${String(recorded).padStart(6)}  ${verdict}${scripted === 0 ? '' : `, ${scripted} scripted`}`;
  });
  return [`${platform}: what was recorded and held against the contract`, ...lines].join('\n');
}
