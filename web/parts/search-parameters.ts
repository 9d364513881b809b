/**
 * Reading search parameters: what is not known is dropped, never an error, so that an old link still opens. Dropped means
 * undefined: of a parameter that is not answered the router would keep what the address says.
 */

/** `{ name: value }` when the parameter is a text with something in it, else undefined. */
export function text<Name extends string>(name: Name, search: Record<string, unknown>): { [K in Name]?: string | undefined } {
  const value = search[name];
  const given = typeof value === 'number' ? String(value) : value;
  return { [name]: typeof given === 'string' && given !== '' ? given : undefined } as { [K in Name]?: string | undefined };
}

/** The same for a closed list of values. */
export function oneOf<Name extends string, Value extends string>(
  name: Name,
  values: readonly Value[],
  search: Record<string, unknown>,
): { [K in Name]?: Value | undefined } {
  const value = typeof search[name] === 'boolean' ? String(search[name]) : search[name];
  return { [name]: values.find((known) => known === value) } as { [K in Name]?: Value | undefined };
}
