import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { makeSealer } from '#stores/sealing.ts';

const key = () => randomBytes(32).toString('base64');
const secret = { token: 'shpat_very_secret', nested: { list: [1, 'ü'] } };

describe('sealed credentials', () => {
  test('open in their own row, and hold nothing readable', async () => {
    const sealer = makeSealer([key()]);
    const sealed = await sealer.seal('row', secret);
    expect(await sealer.open('row', sealed)).toEqual(secret);
    expect(sealed).not.toContain('shpat');
    expect(Buffer.from(sealed.split('.')[0] ?? '', 'base64url').toString()).not.toContain('shpat');
  });

  test('are different each time, though the value is the same', async () => {
    const sealer = makeSealer([key()]);
    expect(await sealer.seal('row', secret)).not.toBe(await sealer.seal('row', secret));
  });

  test('moved to another row do not open', async () => {
    const sealer = makeSealer([key()]);
    const sealed = await sealer.seal('one', secret);
    await expect(sealer.open('two', sealed)).rejects.toMatchObject({ code: 'needs_reconnect' });
  });

  test('with the row in the header altered do not open', async () => {
    const sealer = makeSealer([key()]);
    const [header = '', ...rest] = (await sealer.seal('one', secret)).split('.');
    const forged = Buffer.from(Buffer.from(header, 'base64url').toString().replace('"one"', '"two"')).toString('base64url');
    await expect(sealer.open('two', [forged, ...rest].join('.'))).rejects.toMatchObject({ code: 'needs_reconnect' });
  });

  test('open after the key was changed while the old one is known, and are known to be old', async () => {
    const [first, second] = [key(), key()];
    const sealed = await makeSealer([first]).seal('row', secret);
    const rotated = makeSealer([second, first]);
    expect(await rotated.open('row', sealed)).toEqual(secret);
    expect(rotated.isOld(sealed)).toBe(true);
    expect(rotated.isOld(await rotated.seal('row', secret))).toBe(false);
  });

  test('ask for a new connection when their key is lost, or the text is damaged, cut, or none at all', async () => {
    const sealed = await makeSealer([key()]).seal('row', secret);
    await expect(makeSealer([key()]).open('row', sealed)).rejects.toMatchObject({ code: 'needs_reconnect' });
    const sealer = makeSealer([key()]);
    const own = await sealer.seal('row', secret);
    const middle = Math.floor(own.length / 2);
    const damaged = own.slice(0, middle) + (own[middle] === 'A' ? 'B' : 'A') + own.slice(middle + 1);
    for (const text of [damaged, own.slice(0, -6), '', 'no seal', '{"token":"plain"}']) {
      await expect(sealer.open('row', text)).rejects.toMatchObject({ code: 'needs_reconnect' });
    }
  });

  test('take keys as hex or base64 of 32 bytes, the same key in both is one key; anything else is refused', async () => {
    const bytes = randomBytes(32);
    const sealed = await makeSealer([bytes.toString('hex')]).seal('row', secret);
    expect(await makeSealer([` ${bytes.toString('base64')}\n`]).open('row', sealed)).toEqual(secret);
    for (const bad of ['short', randomBytes(16).toString('base64'), randomBytes(33).toString('base64'), '']) {
      expect(() => makeSealer([bad])).toThrow(expect.objectContaining({ code: 'misconfigured' }));
    }
    expect(() => makeSealer([])).toThrow(expect.objectContaining({ code: 'misconfigured' }));
  });
});
