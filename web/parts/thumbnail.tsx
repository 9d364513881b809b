import { ImageOff } from 'lucide-react';
import { useState } from 'react';
import { classes } from '~/parts/class-names.ts';

/** A small picture; where there is none, or it does not load, a quiet placeholder of the same size. */
export function Thumbnail({ url, alt = '', className = 'size-8' }: { url: string | null; alt?: string; className?: string }) {
  const [broken, setBroken] = useState<string | null>(null);
  const frame = classes('shrink-0 rounded-md border border-base-300 bg-base-200', className);
  if (url === null || url === broken) {
    return (
      <span className={classes(frame, 'inline-flex items-center justify-center')}>
        <ImageOff className="size-4 text-muted" aria-hidden />
      </span>
    );
  }
  return (
    <img
      src={url}
      alt={alt}
      loading="lazy"
      decoding="async"
      className={classes(frame, 'object-cover')}
      onError={() => setBroken(url)}
    />
  );
}
