import { Link, useLocation, useNavigate } from '@tanstack/react-router';
import { Ellipsis, PanelLeftClose, PanelLeftOpen } from 'lucide-react';
import { useState } from 'react';
import { classes } from '~/parts/class-names.ts';
import { Menu } from '~/parts/menu.tsx';
import { remember, remembered } from '~/parts/remembered.ts';
import { Mark } from '~/screens/frame/mark.tsx';
import { places } from '~/screens/frame/places.ts';

const key = 'navigation';

function startsNarrow(): boolean {
  const stored = remembered(key);
  return stored === null ? window.innerWidth < 1100 : stored === 'narrow';
}

export function Navigation() {
  const [narrow, setNarrow] = useState(startsNarrow);
  const toggle = () => {
    setNarrow(!narrow);
    remember(key, narrow ? 'wide' : 'narrow');
  };
  const Fold = narrow ? PanelLeftOpen : PanelLeftClose;
  return (
    <nav
      aria-label="Main"
      className={classes('hidden shrink-0 flex-col border-r border-base-300 bg-base-200 p-2 md:flex', narrow ? 'w-14' : 'w-52')}
    >
      <Link
        to="/"
        className="mb-3 flex h-9 items-center gap-2.5 rounded-field px-2 text-base font-semibold"
        aria-label="StoreSync, start page"
      >
        <Mark />
        {!narrow && 'StoreSync'}
      </Link>
      <ul className="flex flex-1 flex-col gap-0.5">
        {places.map(({ to, label, icon: Icon }) => (
          <li key={to}>
            <Link
              to={to}
              activeOptions={{ exact: to === '/', includeSearch: false }}
              title={narrow ? label : undefined}
              className="flex h-9 items-center gap-2.5 rounded-field px-2.5 text-muted hover:bg-base-300/60 hover:text-base-content"
              activeProps={{ className: 'bg-base-100! text-base-content! font-medium shadow-xs', 'aria-current': 'page' }}
            >
              <Icon className="size-4 shrink-0" aria-hidden />
              <span className={narrow ? 'sr-only' : ''}>{label}</span>
            </Link>
          </li>
        ))}
      </ul>
      <button
        type="button"
        onClick={toggle}
        aria-expanded={!narrow}
        aria-label={narrow ? 'Widen the navigation' : 'Narrow the navigation'}
        title={narrow ? 'Widen the navigation' : 'Narrow the navigation'}
        className="btn btn-ghost btn-sm btn-square text-muted"
      >
        <Fold className="size-4" aria-hidden />
      </button>
    </nav>
  );
}

const daily = places.filter((place) => place.daily === true);
const further = places.filter((place) => place.daily !== true);
const thumbPlace = 'flex min-h-13 min-w-0 flex-1 flex-col items-center justify-center gap-0.5 text-xs text-muted';

/** The same places under the thumb. */
export function BottomBar() {
  const navigate = useNavigate();
  const path = useLocation({ select: ({ pathname }) => pathname });
  const here = further.some(({ to }) => path === to);
  return (
    <nav
      aria-label="Main"
      className="flex shrink-0 border-t border-base-300 bg-base-100 pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {daily.map(({ to, short, icon: Icon }) => (
        <Link
          key={to}
          to={to}
          activeOptions={{ exact: to === '/', includeSearch: false }}
          className={thumbPlace}
          activeProps={{ className: 'text-primary! font-medium', 'aria-current': 'page' }}
        >
          <Icon className="size-5" aria-hidden />
          <span className="max-w-full truncate">{short}</span>
        </Link>
      ))}
      <Menu
        label="More places"
        className={classes(thumbPlace, here && 'font-medium text-primary!')}
        trigger={
          <>
            <Ellipsis className="size-5" aria-hidden />
            More
          </>
        }
        items={further.map(({ to, label, icon }) => ({ label, icon, onSelect: () => void navigate({ to }) }))}
      />
    </nav>
  );
}
