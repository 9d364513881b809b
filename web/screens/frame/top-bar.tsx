import { Link } from '@tanstack/react-router';
import { Monitor, Moon, Search, Sun } from 'lucide-react';
import { IconButton } from '~/parts/button.tsx';
import { useMe } from '~/parts/session.ts';
import { AccountMenu, OrganizationMenu } from '~/screens/frame/account-menu.tsx';
import { FreshnessIndicator } from '~/screens/frame/freshness.tsx';
import { Mark } from '~/screens/frame/mark.tsx';
import { type Theme, useTheme } from '~/screens/frame/theme.ts';

export function TopBar({ onSearch }: { onSearch: () => void }) {
  const me = useMe();
  return (
    <header className="flex h-13 shrink-0 items-center gap-1.5 border-b border-base-300 bg-base-100 px-3 md:px-4">
      <Link to="/" className="md:hidden" aria-label="StoreSync, start page">
        <Mark />
      </Link>
      <OrganizationMenu />
      {me.practice && <span className="badge badge-sm border-base-300 bg-base-200 max-md:hidden">Practice</span>}
      <button
        type="button"
        onClick={onSearch}
        className="mx-auto hidden h-9 w-80 items-center gap-2 rounded-field border border-base-300 bg-base-200 px-3 text-muted hover:text-base-content lg:flex"
      >
        <Search className="size-4" aria-hidden />
        <span className="flex-1 text-left">Go anywhere, do anything</span>
        <kbd className="kbd kbd-sm">{/Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘' : 'Ctrl'} K</kbd>
      </button>
      <div className="flex-1 lg:hidden" />
      <FreshnessIndicator />
      <IconButton label="Search" icon={Search} className="lg:hidden" onClick={onSearch} />
      <ThemeButton />
      <AccountMenu />
    </header>
  );
}

const next: Record<Theme, Theme> = { system: 'light', light: 'dark', dark: 'system' };
const faces = { system: Monitor, light: Sun, dark: Moon };

function ThemeButton() {
  const { theme, choose } = useTheme();
  const label = theme === 'system' ? 'Colours as on this device' : theme === 'light' ? 'Light colours' : 'Dark colours';
  return <IconButton label={`${label}; change`} icon={faces[theme]} onClick={() => choose(next[theme])} />;
}
