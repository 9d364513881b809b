import type { OrderDetail } from '~/api-model/orders.ts';
import { CopyButton } from '~/parts/copy-button.tsx';
import { useRights } from '~/parts/session.ts';
import { addressLines } from '~/screens/orders/order-words.ts';
import { Section } from '~/screens/orders/section.tsx';

/** Who bought, where it goes, and what they asked for. */
export function Buyer({ order }: { order: OrderDetail }) {
  const rights = useRights();
  const { buyer, shippingAddress, buyerNote } = order;
  if (buyer === null) {
    return (
      <Section title="Buyer">
        <p className="text-muted">
          {rights.write
            ? `${order.storeName} has not told who bought, or it was erased.`
            : 'Who bought is shown to members who work with orders. Ask an admin for another role if you need it.'}
        </p>
      </Section>
    );
  }
  const lines = shippingAddress === null ? [] : addressLines(shippingAddress);
  const phone = shippingAddress?.phone === '' ? buyer.phone : (shippingAddress?.phone ?? buyer.phone);
  return (
    <Section title="Buyer">
      <div className="grid gap-4 sm:grid-cols-2">
        <div className="min-w-0 space-y-0.5">
          <p className="font-medium">{buyer.name === '' ? 'Without a name' : buyer.name}</p>
          <Reach text={buyer.email} href={`mailto:${buyer.email}`} label="Copy the e-mail" />
          <Reach text={phone} href={`tel:${phone.replace(/[^+\d]/g, '')}`} label="Copy the phone number" />
        </div>
        <div className="flex min-w-0 items-start gap-1">
          {lines.length === 0 ? (
            <p className="text-muted">No address: it is not shipped, or {order.storeName} does not show it.</p>
          ) : (
            <>
              <address className="min-w-0 flex-1 whitespace-pre-line not-italic">{lines.join('\n')}</address>
              <CopyButton text={[...lines, ...(phone === '' ? [] : [phone])].join('\n')} label="Copy the address" />
            </>
          )}
        </div>
      </div>
      {buyerNote !== '' && (
        <figure className="rounded-box bg-base-200 px-3 py-2">
          <figcaption className="text-xs text-muted">The buyer wrote</figcaption>
          <blockquote className="whitespace-pre-line">{buyerNote}</blockquote>
        </figure>
      )}
    </Section>
  );
}

function Reach({ text, href, label }: { text: string; href: string; label: string }) {
  if (text === '') return null;
  return (
    <p className="flex items-center gap-1">
      {masked(text) ? (
        <span className="min-w-0 text-muted">
          {text} <span className="text-xs">(the store hides a part of it)</span>
        </span>
      ) : (
        <>
          <a href={href} className="link min-w-0 wrap-anywhere">
            {text}
          </a>
          <CopyButton text={text} label={label} />
        </>
      )}
    </p>
  );
}

/** "(+1)213-***-1234": nobody is reached by it. */
const masked = (text: string): boolean => text.includes('***');
