import type { Authorization } from '#connectors/tiktok_shop/sandbox/authorization.ts';
import { type Received, type Reply, textReply } from '#connectors/tiktok_shop/sandbox/wire.ts';

export const consentPath = '/open/authorize';

export interface ConsentSettings {
  authorization: Authorization;
  shopName: string;
  /** The redirect URL registered with the app; null when there is none. */
  redirectUrl(): string | null;
}

/**
 * The page on which the seller lets the app in: GET shows it, its form POSTs the decision to the same address. It sends
 * the browser to the redirect URL registered with the app: with code and state, or with `code=null&error=auth_denied`
 * and no state. For practice only, `redirect_uri` in the query may name another address on this machine.
 */
export function answerConsent(request: Received, settings: ConsentSettings): Reply {
  if (request.method !== 'GET' && request.method !== 'POST') return textReply(405, 'Method not allowed');
  const fields = request.method === 'POST' ? new URLSearchParams(request.body) : request.url.searchParams;
  if (fields.get('service_id') !== settings.authorization.app.serviceId) return page(404, '<p>This service does not exist.</p>');
  const override = fields.get('redirect_uri');
  if (override !== null && !isOnThisMachine(override)) {
    return page(400, '<p>redirect_uri may only name an address on this machine (127.0.0.1, [::1] or localhost).</p>');
  }
  const redirectUrl = override ?? settings.redirectUrl();
  if (redirectUrl === null) return page(400, '<p>The app has no redirect URL registered.</p>');
  if (request.method === 'GET') return page(200, decisionForm(fields, settings));
  return redirect(redirectUrl, fields, settings.authorization);
}

function redirect(redirectUrl: string, fields: URLSearchParams, authorization: Authorization): Reply {
  const decision = fields.get('decision');
  if (decision !== 'approve' && decision !== 'deny') return page(400, '<p>The decision is missing.</p>');
  const target = new URL(redirectUrl);
  if (decision === 'deny') {
    target.searchParams.set('code', 'null');
    target.searchParams.set('error', 'auth_denied');
  } else {
    target.searchParams.set('code', authorization.giveCode());
    const state = fields.get('state');
    if (state !== null) target.searchParams.set('state', state);
  }
  return { status: 302, contentType: 'text/plain', body: '', location: target.href };
}

function decisionForm(fields: URLSearchParams, settings: ConsentSettings): string {
  const hidden = ['service_id', 'state', 'redirect_uri']
    .flatMap((name) => {
      const value = fields.get(name);
      return value === null ? [] : [`<input type="hidden" name="${name}" value="${escapeHtml(value)}">`];
    })
    .join('');
  const scopes = settings.authorization.current.scopes.map((scope) => `<li>${escapeHtml(scope)}</li>`).join('');
  return `<p>An app asks for access to <strong>${escapeHtml(settings.shopName)}</strong>:</p><ul>${scopes}</ul>
<form method="post" action="${consentPath}">${hidden}
<button type="submit" name="decision" value="approve">Approve</button>
<button type="submit" name="decision" value="deny">Deny</button></form>`;
}

function page(status: number, content: string): Reply {
  const body = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Practice TikTok Shop</title></head>
<body><h1>Practice TikTok Shop</h1>${content}</body></html>`;
  return { status, contentType: 'text/html; charset=utf-8', body };
}

/** Whether an address is http(s) on a loopback host: the one place where practice is more lenient than the platform. */
export function isOnThisMachine(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  const loopback = url.hostname === 'localhost' || url.hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(url.hostname);
  return loopback && (url.protocol === 'http:' || url.protocol === 'https:');
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
