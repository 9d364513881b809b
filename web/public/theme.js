// Runs before the first paint, so that a chosen theme never flashes. Its own file: the page's policy allows no inline scripts.
try {
  const chosen = localStorage.getItem('storesync-theme');
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = `storesync-${chosen}`;
} catch {
  // Storage is blocked: the system's preference stands.
}
