import { AppError, messageOf } from '#base/errors.ts';
import { appErrorOf } from '#http/problem.ts';

const issuesShown = 50;

/** Says why a command ended: a sentence on standard error, or with `json` one value on standard output. */
export function sayProblem(thrown: unknown, json: boolean): void {
  const known = appErrorOf(thrown);
  const expected = thrown instanceof AppError || known.code !== 'internal';
  const message = expected ? known.message : `Unexpected error: ${messageOf(thrown)}`;
  const { code, issues } = known;
  if (json) console.log(JSON.stringify({ error: { code, message, ...(issues.length === 0 ? {} : { issues }) } }));
  else {
    console.error(message);
    // The sentence says the first one already.
    for (const issue of issues.slice(1, issuesShown)) console.error(`${issue.path}: ${issue.message}`);
    if (issues.length > issuesShown) console.error(`and ${issues.length - issuesShown} more`);
  }
  if (!expected) console.error(thrown);
}
