import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Query } from '~/api.ts';
import { listQuery, type Noun } from '~/queries.ts';

export interface List<T> {
  rows: T[];
  /** Null when the server does not count. */
  total: number | null;
  loading: boolean;
  /** The rows of other filters still stand while the new ones are read. */
  stale: boolean;
  problem: Error | null;
  more: boolean;
  loadingMore: boolean;
  loadMore: () => void;
  retry: () => void;
}

/** A server-side list, page after page. */
export function useList<T>(noun: Noun, query: Query, options: { path?: string; enabled?: boolean } = {}): List<T> {
  const reading = useInfiniteQuery({
    ...listQuery<T>(noun, query, options.path),
    placeholderData: keepPreviousData,
    enabled: options.enabled ?? true,
  });
  const rows = useMemo(() => reading.data?.pages.flatMap((page) => page.items) ?? [], [reading.data]);
  return {
    rows,
    total: reading.data?.pages[0]?.total ?? null,
    loading: reading.isPending,
    stale: reading.isPlaceholderData,
    problem: reading.data === undefined ? reading.error : null,
    more: reading.hasNextPage,
    loadingMore: reading.isFetchingNextPage,
    loadMore: () => void reading.fetchNextPage(),
    retry: () => void reading.refetch(),
  };
}
