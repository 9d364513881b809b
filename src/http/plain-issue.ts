/** Says a validation issue in plain words: what the rule is, for which field. */
import type { FieldIssue } from '#base/errors.ts';

interface ValidationIssue {
  keyword: string;
  instancePath: string;
  message?: string | undefined;
  params: Record<string, unknown>;
}

const ownWords =
  /^(Invalid input|Invalid option|Invalid string|Invalid number|Invalid (UUID|URL|email|ISO)|Too small|Too big|Unrecognized key)/i;

export function plainIssue(issue: ValidationIssue): FieldIssue {
  const path = issue.instancePath.replace(/^\//, '').replaceAll('/', '.');
  const message = issue.message ?? '';
  // A schema's own sentence is better than any that can be made here.
  if (message !== '' && !ownWords.test(message)) return { path, message };
  return { path, message: `${path === '' ? 'The body' : `"${path}"`} ${ruleOf(issue)}.` };
}

function ruleOf({ keyword, params, message }: ValidationIssue): string {
  switch (keyword) {
    case 'invalid_type':
      return /received undefined/.test(message ?? '') ? 'is missing' : `must be ${kindOf(String(params.expected))}`;
    case 'too_small':
      return `must ${measured(params, 'minimum', 'at least')}`;
    case 'too_big':
      return `must ${measured(params, 'maximum', 'at most')}`;
    case 'invalid_value':
      return `must be ${listed(params.values)}`;
    case 'invalid_format':
      return `must be ${formats[String(params.format)] ?? 'written in another way'}`;
    case 'unrecognized_keys':
      return `has fields that are not known here: ${(params.keys as string[]).slice(0, 5).join(', ')}`;
    default:
      return 'is not valid';
  }
}

const formats: Readonly<Record<string, string>> = {
  email: 'an e-mail address such as name@example.com',
  uuid: 'an id',
  url: 'a whole address such as https://example.com',
  datetime: 'a date and time such as 2026-01-31T14:00:00Z',
};

function kindOf(expected: string): string {
  const kinds: Readonly<Record<string, string>> = {
    string: 'text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
    array: 'a list',
    object: 'an object',
    record: 'an object',
  };
  return kinds[expected] ?? `of the kind ${expected}`;
}

function measured(params: Record<string, unknown>, bound: 'minimum' | 'maximum', words: string): string {
  const figure = String(params[bound]);
  if (params.origin === 'string')
    return figure === '1' && bound === 'minimum' ? 'not be empty' : `have ${words} ${figure} characters`;
  if (params.origin === 'array') return `have ${words} ${figure} entries`;
  return `be ${words} ${figure}`;
}

function listed(values: unknown): string {
  const words = Array.isArray(values) ? values.map((value) => (typeof value === 'string' ? `"${value}"` : String(value))) : [];
  if (words.length <= 1) return words[0] ?? 'another value';
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
