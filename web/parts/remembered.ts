/** Small choices that this browser keeps. Where storage is blocked they hold for the page alone. */
const unstored = new Map<string, string>();

export function remembered(key: string): string | null {
  try {
    return localStorage.getItem(`storesync-${key}`);
  } catch {
    return unstored.get(key) ?? null;
  }
}

export function remember(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`storesync-${key}`);
    else localStorage.setItem(`storesync-${key}`, value);
  } catch {
    if (value === null) unstored.delete(key);
    else unstored.set(key, value);
  }
}
