import type { OrderDetail } from '~/api-model/orders.ts';
import { money } from '~/parts/amounts.ts';
import { classes } from '~/parts/class-names.ts';
import { Section } from '~/screens/orders/section.tsx';

export function Totals({ order: { totals, currency } }: { order: OrderDetail }) {
  const rows = [
    { label: 'Items', amount: totals.subtotal, always: true },
    { label: 'Discount', amount: totals.discount, minus: true },
    { label: 'Shipping', amount: totals.shipping },
    { label: 'Tax', amount: totals.tax },
    { label: 'Total', amount: totals.total, always: true, strong: true },
    { label: 'Refunded', amount: totals.refunded, minus: true },
  ];
  return (
    <Section title="Totals">
      <table className="w-full">
        <caption className="sr-only">What the order comes to, in {currency}</caption>
        <tbody>
          {rows
            .filter(({ amount, always }) => always === true || Number(amount) !== 0)
            .map(({ label, amount, minus, strong }) => (
              <tr key={label} className={classes(strong === true && 'border-t border-base-300 font-medium')}>
                <th
                  scope="row"
                  className={classes('py-0.5 text-left', strong === true ? 'font-medium' : 'font-normal text-muted')}
                >
                  {label}
                </th>
                <td className="figures py-0.5">
                  {minus === true ? '−' : ''}
                  {money(amount, currency)}
                </td>
              </tr>
            ))}
        </tbody>
      </table>
    </Section>
  );
}
