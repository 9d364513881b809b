/** After each test: nothing was written without its locks (see lock-watch.ts). */
import { afterEach, expect } from 'vitest';
import { takeBreaches } from './lock-watch.ts';

afterEach(() => {
  expect([...new Set(takeBreaches())]).toEqual([]);
});
