import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assertCallable, HostNotAllowed, isPublicAddress, makeAgent } from '#connectors/guard.ts';

describe('addresses', () => {
  test.each([
    '8.8.8.8',
    '1.1.1.1',
    '172.32.0.1',
    '172.15.255.255',
    '100.128.0.1',
    '192.167.1.1',
    '2606:4700::1111',
    '::ffff:8.8.8.8',
  ])('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  test.each([
    ['this network', '0.0.0.0'],
    ['this network', '0.1.2.3'],
    ['private', '10.0.0.1'],
    ['private', '172.16.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.1.1'],
    ['carrier', '100.64.0.1'],
    ['loopback', '127.0.0.1'],
    ['loopback', '127.255.255.254'],
    ['link-local: metadata of clouds', '169.254.169.254'],
    ['protocol assignments', '192.0.0.1'],
    ['documentation', '192.0.2.1'],
    ['documentation', '203.0.113.7'],
    ['benchmarks', '198.18.0.1'],
    ['multicast', '224.0.0.1'],
    ['reserved', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['unspecified', '::'],
    ['loopback', '::1'],
    ['mapped loopback', '::ffff:127.0.0.1'],
    ['mapped private', '::ffff:10.0.0.1'],
    ['mapped, in hexadecimal', '::ffff:7f00:1'],
    ['compatible loopback', '::7f00:1'],
    ['compatible private', '::a00:1'],
    ['translated', '::ffff:0:127.0.0.1'],
    ['translated by NAT64', '64:ff9b::7f00:1'],
    ['6to4 of loopback', '2002:7f00:1::'],
    ['Teredo', '2001::1'],
    ['documentation', '2001:db8::1'],
    ['unique local', 'fc00::1'],
    ['unique local', 'fd00:ec2::254'],
    ['link-local', 'fe80::1'],
    ['link-local with a zone', 'fe80::1%eth0'],
    ['site-local', 'fec0::1'],
    ['multicast', 'ff02::1'],
    ['outside what is given out', '4000::1'],
    ['no address', 'example.com'],
    ['no address', ''],
  ])('%s %s is not', (_, address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe('the address of a store', () => {
  test.each(['https://shop.example.com/admin', 'https://shop.example.com:8443/', 'https://8.8.8.8/'])(
    '%s may be called',
    (url) => {
      expect(() => assertCallable(url, false)).not.toThrow();
    },
  );

  test.each([
    'http://shop.example.com/',
    'https://user:password@shop.example.com/',
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0x7f.1/',
    'https://0177.0.0.1/',
    'https://0/',
    'https://①②⑦.0.0.1/',
    'https://127.0.0.1./',
    'https://10.1.2.3:8443/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::127.0.0.1]/',
    'https://[fd00:ec2::254]/',
    'https://169.254.169.254/latest/meta-data/',
    'ftp://shop.example.com/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'shop.example.com',
    '',
  ])('%s may not', (url) => {
    expect(() => assertCallable(url, false)).toThrow(HostNotAllowed);
  });

  test('of a practice store may be private when that is switched on, but still only over HTTP', () => {
    expect(() => assertCallable('http://127.0.0.1:8080/', true)).not.toThrow();
    expect(() => assertCallable('file:///etc/passwd', true)).toThrow(HostNotAllowed);
  });
});

describe('at connection time', () => {
  let server: Server;
  let port: number;
  let hits = 0;

  beforeAll(async () => {
    server = createServer((_, response) => {
      hits++;
      response.end('inside');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  test('a name that resolves to a private address is not connected to', async () => {
    const agent = makeAgent(false);
    const thrown = await request(`http://localhost:${port}/`, { dispatcher: agent }).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(HostNotAllowed);
    expect(hits).toBe(0);
    await agent.close();
  });

  test('it is when private hosts are allowed', async () => {
    const agent = makeAgent(true);
    const answer = await request(`http://localhost:${port}/`, { dispatcher: agent });
    expect(await answer.body.text()).toBe('inside');
    await agent.close();
  });
});
