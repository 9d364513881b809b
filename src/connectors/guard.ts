/**
 * Which addresses the hub may call. A store's host comes from a person, so it could name something inside our own network
 * (SSRF): only public unicast addresses are called, judged after name resolution, at connection time, so that a name
 * cannot change its mind in between. Redirects are never followed. Practice stores need loopback: a setting allows it.
 */
import { type LookupAddress, lookup as resolveName } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { Agent } from 'undici';
import { AppError } from '#base/errors.ts';

export class HostNotAllowed extends AppError {
  constructor(host: string) {
    super(
      'host_not_allowed',
      `"${host}" is not a public address. Use the store's public name. To connect a practice store on this machine, start StoreSync with STORESYNC_ALLOW_PRIVATE_HOSTS=true.`,
    );
  }
}

/** Of IPv6 only this is given out for public use (RFC 4291); `::7f00:1`, an old way to write 127.0.0.1, is outside it. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/** Whether an address is public unicast: not private, loopback, link-local, reserved, or one of these inside IPv6. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return parsed.range() === 'unicast' && (parsed instanceof ipaddr.IPv4 || parsed.match(globalUnicast));
}

/** Throws HostNotAllowed for a scheme or a literal address that is never called. Names are judged at connection time. */
export function assertCallable(url: string, allowPrivateHosts: boolean): void {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || (parsed.protocol !== 'https:' && parsed.protocol !== 'http:'))
    throw new HostNotAllowed(url.slice(0, 100));
  if (allowPrivateHosts) return;
  const host = parsed.hostname.replace(/^\[|\]$/g, '');
  if (parsed.protocol !== 'https:' || parsed.username !== '' || (ipaddr.isValid(host) && !isPublicAddress(host))) {
    throw new HostNotAllowed(parsed.hostname);
  }
}

const guardedLookup: LookupFunction = (hostname, options, callback) => {
  resolveName(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error) return callback(error, '', 0);
    const bad = addresses.find(({ address }) => !isPublicAddress(address));
    const [first] = addresses;
    if (bad !== undefined || first === undefined) return callback(new HostNotAllowed(hostname), '', 0);
    if (options.all) return callback(null, addresses);
    return callback(null, first.address, first.family);
  });
};

/** The connection pool of the transport. */
export function makeAgent(allowPrivateHosts: boolean): Agent {
  return new Agent({
    connect: { timeout: 10_000, ...(allowPrivateHosts ? {} : { lookup: guardedLookup }) },
    keepAliveTimeout: 30_000,
    connections: 32,
    bodyTimeout: 60_000,
  });
}
