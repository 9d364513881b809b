/** The pages that a seller sees while connecting an app. */
import type { ShopIdentity } from '#connectors/shopify/sandbox/shop-state.ts';

export const escapeHtml = (text: string): string =>
  text.replace(
    /[&<>"']/g,
    (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[character] ?? '',
  );

export function consentPage(shop: ShopIdentity, scopes: readonly string[], fields: URLSearchParams): string {
  const kept = ['client_id', 'scope', 'redirect_uri', 'state'].map(
    (name) => `<input type="hidden" name="${name}" value="${escapeHtml(fields.get(name) ?? '')}">`,
  );
  const wishes = scopes.map((scope) => `<li><code>${escapeHtml(scope)}</code></li>`).join('');
  const receiver = new URL(fields.get('redirect_uri') ?? '').host;
  return page(
    'Install app',
    `<h1>Install app on ${escapeHtml(shop.name)}</h1>
<p>This is a practice shop: nothing is sold here. The app at <strong>${escapeHtml(receiver)}</strong> asks to:</p>
<ul>${wishes === '' ? '<li>see nothing in particular</li>' : wishes}</ul>
<form method="post" action="/admin/oauth/authorize">${kept.join('')}
<button name="decision" value="approve" class="main">Install</button> <button name="decision" value="deny">Cancel</button></form>`,
  );
}

export const refusalPage = (problem: string): string =>
  page('The app cannot be installed', `<h1>The app cannot be installed</h1><p>${escapeHtml(problem)}</p>`);

const page = (title: string, content: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 32rem; margin: 10vh auto; padding: 0 1rem; }
button { font: inherit; padding: .5rem 1.25rem; min-height: 44px; border-radius: .5rem; border: 1px solid currentColor; background: transparent; color: inherit; cursor: pointer; }
button.main { background: light-dark(#1d4b33, #9fe0ba); color: light-dark(#fff, #0b1f14); }
</style></head><body><main>${content}</main></body></html>`;
