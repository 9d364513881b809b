/** Does what a seller does on a practice store's consent page: reads it, presses the button that approves, follows it back. */
import { AppError } from '#base/errors.ts';

/** Returns the query with which the browser arrives at our callback. */
export async function approveConsent(authorizeUrl: string): Promise<Record<string, string>> {
  const page = await fetch(authorizeUrl, { redirect: 'manual' });
  const html = await page.text();
  const form = /<form[^>]*method="post"[^>]*>/i.exec(html)?.[0];
  if (page.status !== 200 || form === undefined) {
    throw new AppError('platform_refused', `The practice store shows no consent form (status ${page.status}).`, {
      internal: html.slice(0, 500),
    });
  }
  const action = /action="([^"]*)"/.exec(form)?.[1] ?? authorizeUrl;
  const fields = new URLSearchParams();
  for (const [input] of html.matchAll(/<input[^>]*type="hidden"[^>]*>/gi)) {
    fields.set(/name="([^"]*)"/.exec(input)?.[1] ?? '', plain(/value="([^"]*)"/.exec(input)?.[1] ?? ''));
  }
  fields.set('decision', 'approve');
  const answer = await fetch(new URL(plain(action), authorizeUrl), { method: 'POST', body: fields, redirect: 'manual' });
  const location = answer.headers.get('location');
  if (location === null)
    throw new AppError('platform_refused', `The practice store did not send the browser back (status ${answer.status}).`, {
      internal: await answer.text(),
    });
  return Object.fromEntries(new URL(location).searchParams);
}

const plain = (html: string): string =>
  html
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
