/** Of files that take minutes none is begun last, while the other worker has nothing left to do. The rest: the largest first. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const long = [
  'simulation/failed-seeds.db',
  'simulation/simulation.db',
  'crash/crash.db',
  'journeys/browser.db',
  'embedded/start.db',
  '-browser.db',
  'journeys/',
];

const rankOf = ({ moduleId }: TestSpecification): number => {
  const at = long.findIndex((part) => moduleId.includes(part));
  return at === -1 ? long.length : at;
};

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((one, other) => rankOf(one) - rankOf(other));
  }
}
