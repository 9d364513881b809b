/** "AWAITING_SHIPMENT" is read as "Awaiting shipment": a platform's own word where this page has none for it. Pure. */
export function readable(name: string): string {
  const text = name
    .toLowerCase()
    .replaceAll(/[/_.]+/g, ' ')
    .trim();
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
