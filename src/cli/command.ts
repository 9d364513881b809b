/** What every command is given, and how it ends. */

import type { DatabaseUrls, OpenHub } from '#compose.ts';
import type { Config } from '#config.ts';
import type { Logger } from '#stores/hub.ts';

export interface CommandContext {
  config: Config;
  log: Logger;
  /** Words after the command. */
  args: readonly string[];
  /** One JSON value on standard output instead of sentences. */
  json: boolean;
  /** Aborted by SIGINT and SIGTERM. */
  signal: AbortSignal;
  database(): Promise<DatabaseUrls>;
  hub(urls: DatabaseUrls, config: Config): OpenHub;
  say(sentence: string): void;
  result(value: unknown): void;
}

/** Exit statuses: 0 done, 1 failed, 2 called wrongly, 3 partly done. */
export type ExitCode = 0 | 1 | 2 | 3;

export interface Command {
  name: string;
  summary: string;
  usage: string;
  /** Each option with what must follow it, in words; null where nothing does. `--json` and `--help` are every command's. */
  options?: Readonly<Record<string, string | null>>;
  /** How many words it takes besides; none when absent. */
  words?: { atLeast: number; atMost: number; named: string };
  run(context: CommandContext): Promise<ExitCode>;
}

/** A progress line on standard error: drawn in place on a terminal, silent elsewhere and with --json. */
export function progressBar(title: string, enabled: boolean): (done: number, total: number) => void {
  if (!enabled || !process.stderr.isTTY) return () => undefined;
  return (done, total) => {
    const share = total > 0 ? Math.min(1, done / total) : 0;
    const filled = Math.round(share * 24);
    process.stderr.write(
      `\r${title} [${'='.repeat(filled)}${' '.repeat(24 - filled)}] ${done}/${total}${share === 1 ? '\n' : ''}`,
    );
  };
}

export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) =>
    signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true }),
  );
}
