/** A rule that keeps the books true, as a line that can be taken out. */
export interface Mutation {
  name: string;
  file: string;
  /** Stands exactly once in the file. */
  line: string;
  without: string;
  /** The tests that know the rule: the quick ones first. */
  tests: readonly string[];
}
