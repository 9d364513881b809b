/** Fields of `value` that the sample does not have, or has in another kind; the sample may have more. */
export function shapeFaults(value: unknown, sample: unknown, path: string): string[] {
  if (kindOf(value) !== kindOf(sample)) return [`${path}: ${kindOf(value)}, where the sample has ${kindOf(sample)}`];
  if (Array.isArray(value) && Array.isArray(sample)) {
    // An empty list of the sample says nothing of its items.
    const [item] = sample;
    return item === undefined ? [] : value.flatMap((one, at) => shapeFaults(one, item, `${path}.${at}`));
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    Object.hasOwn(sample as object, name)
      ? shapeFaults(inner, Reflect.get(sample as object, name), `${path}.${name}`)
      : [`${path}.${name}: not in the sample`],
  );
}

const kindOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value);
