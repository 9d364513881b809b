import { AppError } from '#base/errors.ts';
import type { Command } from '#cli/command.ts';

/** The command is not used as it is meant to be: exit status 2, before anything is opened or changed. */
export class CalledWrongly extends AppError {
  constructor(sentence: string) {
    super('invalid_input', sentence);
  }
}

/** Throws CalledWrongly for an option or a word too many, and for one that is missing: a typing error must not pass for consent. */
export function checkCall(command: Pick<Command, 'name' | 'options' | 'words'>, args: readonly string[]): void {
  const { options = {}, words = { atLeast: 0, atMost: 0, named: '' } } = command;
  const refuse = (what: string): never => {
    throw new CalledWrongly(`${what} "storesync ${command.name} --help" says how it is used.`);
  };
  let count = 0;
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? '';
    if (!word.startsWith('--')) {
      if (++count > words.atMost) refuse(`"${word}" is one word too many.`);
      continue;
    }
    const value = Object.hasOwn(options, word) ? options[word] : undefined;
    if (value === undefined) refuse(`There is no option ${word}.`);
    if (value === null) continue;
    const next = args[++at];
    if (next === undefined || next.startsWith('--')) refuse(`${word} must be followed by ${value}.`);
  }
  if (count < words.atLeast) refuse(`Name ${words.named}.`);
}

/** The word after an option; null when the option is absent. */
export function optionOf(args: readonly string[], name: string): string | null {
  const at = args.indexOf(name);
  return at === -1 ? null : (args[at + 1] ?? null);
}

/** Words that are neither options nor their values. */
export function plainWords(command: Pick<Command, 'options'>, args: readonly string[]): string[] {
  const takesValue = (option: string | undefined) => option !== undefined && typeof command.options?.[option] === 'string';
  return args.filter((word, at) => !word.startsWith('--') && !takesValue(args[at - 1]));
}
