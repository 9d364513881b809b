/** The only reader of the environment: parsed once, frozen. */
import { resolve } from 'node:path';
import { z } from 'zod';
import { AppError } from '#base/errors.ts';

const onOff = z.enum(['true', 'false', '1', '0', '']).transform((text) => text === 'true' || text === '1');

const environment = z.object({
  DATA_DIR: z.string().default('./data'),
  DATABASE_URL: z.string().optional(),
  DATABASE_OWNER_URL: z.string().optional(),
  DATABASE_DIRECT_URL: z.string().optional(),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(4400),
  PUBLIC_URL: z.url().optional(),
  STORESYNC_KEY: z.string().optional(),
  STORESYNC_OLD_KEYS: z.string().default(''),
  STORESYNC_ALLOW_PRIVATE_HOSTS: onOff.default(false),
  CRON_SECRET: z.string().min(16).optional(),
  AUTH_SECRET: z.string().min(32).optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  WORKER_TURNS: z.coerce.number().int().min(1).max(100).default(12),
});

export interface Config {
  readonly dataFolder: string;
  readonly databaseUrl: string | null;
  readonly databaseOwnerUrl: string | null;
  readonly databaseDirectUrl: string | null;
  readonly host: string;
  readonly port: number;
  /** Where platforms reach us, without a slash at the end; null: no webhooks, polling only. */
  readonly publicUrl: string | null;
  readonly sealingKey: string | null;
  readonly oldSealingKeys: readonly string[];
  /** Practice stores live on loopback addresses; real platforms never do. */
  readonly allowPrivateHosts: boolean;
  readonly cronSecret: string | null;
  readonly authSecret: string | null;
  readonly logLevel: string;
  /** How many stores one worker process works on at a time. */
  readonly workerTurns: number;
  /** Platform apps from the environment: STORESYNC_APP_<PLATFORM>_CLIENT_ID, _CLIENT_SECRET, _<EXTRA>. */
  readonly appValues: Readonly<Record<string, string>>;
}

/** Throws AppError 'misconfigured' naming the variable and the rule it breaks. */
export function readConfig(source: NodeJS.ProcessEnv = process.env): Config {
  const parsed = environment.safeParse(Object.fromEntries(Object.entries(source).filter(([, value]) => value !== '')));
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
    throw new AppError('misconfigured', `A setting in the environment is not valid. ${problems}`);
  }
  const values = parsed.data;
  return Object.freeze({
    dataFolder: resolve(values.DATA_DIR),
    databaseUrl: values.DATABASE_URL ?? null,
    databaseOwnerUrl: values.DATABASE_OWNER_URL ?? null,
    databaseDirectUrl: values.DATABASE_DIRECT_URL ?? null,
    host: values.HOST,
    port: values.PORT,
    publicUrl: values.PUBLIC_URL?.replace(/\/+$/, '') ?? null,
    sealingKey: values.STORESYNC_KEY ?? null,
    oldSealingKeys: values.STORESYNC_OLD_KEYS.split(',').filter((key) => key !== ''),
    allowPrivateHosts: values.STORESYNC_ALLOW_PRIVATE_HOSTS,
    cronSecret: values.CRON_SECRET ?? null,
    authSecret: values.AUTH_SECRET ?? null,
    logLevel: values.LOG_LEVEL,
    workerTurns: values.WORKER_TURNS,
    appValues: Object.freeze(
      Object.fromEntries(
        Object.entries(source)
          .filter(([name]) => name.startsWith('STORESYNC_APP_'))
          .map(([name, value]) => [name, value ?? '']),
      ),
    ),
  });
}
