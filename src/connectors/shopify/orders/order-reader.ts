/**
 * Asks for orders with who bought, and without where the platform does not show that to the app. Names, addresses, phone
 * numbers and e-mails need an approval of their own (and in some plans are shown to no custom app); stock does not.
 * https://shopify.dev/docs/apps/launch/protected-customer-data
 */
import type { z } from 'zod';
import type { Session } from '#connectors/connector.ts';
import { Refused } from '#connectors/errors.ts';
import { ask } from '#connectors/shopify/client.ts';
import type { Variables } from '#connectors/shopify/cost.ts';
import type { Document } from '#connectors/shopify/documents.ts';

/** Asks as client.ask does. Throws Refused('scope_missing') when orders are not shown at all. */
export type AskForOrders = <T extends z.ZodType>(document: Document, variables: Variables, shape: T) => Promise<z.infer<T>>;

/** One reader remembers what it was refused. `note` is called once, when it reads on without who bought. */
export function orderReader(session: Session, note: (message: string) => void): AskForOrders {
  let personal = true;
  return async (document, variables, shape) => {
    try {
      return await ask(session, document, { ...variables, personal }, shape);
    } catch (thrown) {
      if (!personal || !isOfPersonalFields(thrown)) throw thrown;
      personal = false;
      note(`Shopify does not show who bought, so orders are read without: ${thrown.answer.message ?? ''}`);
      return await ask(session, document, { ...variables, personal }, shape);
    }
  };
}

/** "This app is not approved to use the email field", "… to access the MailingAddress object". */
const isOfPersonalFields = (thrown: unknown): thrown is Refused =>
  thrown instanceof Refused &&
  thrown.refusal.code === 'scope_missing' &&
  /not approved to (use|access) the/i.test(thrown.answer.message ?? '');
