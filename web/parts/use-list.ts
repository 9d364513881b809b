import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
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

interface ListOptions<T> {
  path?: string;
  /** Whether a row is on its way to another state: then the list is read again soon, whether or not it is announced. */
  moving?: (row: T) => boolean;
  /** Pages may be short, even empty, where a filter fits few rows: read on until there are so many. */
  atLeast?: number;
}

const movingMilliseconds = 4_000;

/** A server-side list, page after page. */
export function useList<T>(noun: Noun, query: Query, options: ListOptions<T> = {}): List<T> {
  const moving = options.moving ?? (() => false);
  const reading = useInfiniteQuery({
    ...listQuery<T>(noun, query, options.path),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.items.some(moving)) === true ? movingMilliseconds : false,
  });
  const rows = useMemo(() => reading.data?.pages.flatMap((page) => page.items) ?? [], [reading.data]);
  const { hasNextPage, isFetching, isFetchNextPageError, isPlaceholderData, fetchNextPage } = reading;
  const readsOn = hasNextPage && !isFetchNextPageError && !isPlaceholderData && rows.length < (options.atLeast ?? 0);
  useEffect(() => {
    if (readsOn && !isFetching) void fetchNextPage();
  }, [readsOn, isFetching, fetchNextPage]);
  return {
    rows,
    total: reading.data?.pages[0]?.total ?? null,
    loading: reading.isPending || (readsOn && rows.length === 0),
    stale: isPlaceholderData,
    problem: reading.data === undefined || (isFetchNextPageError && rows.length === 0) ? reading.error : null,
    more: hasNextPage,
    loadingMore: reading.isFetchingNextPage,
    loadMore: () => void fetchNextPage(),
    retry: () => void reading.refetch(),
  };
}
