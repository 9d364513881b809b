/** The project's sources as text, for tests of how the house is built. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface SourceFile {
  /** From the repository's root, with slashes. */
  path: string;
  text: string;
  isTest: boolean;
  imports: Import[];
}

export interface Import {
  specifier: string;
  typeOnly: boolean;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const written = /\.(ts|tsx|js|css|graphql|html)$/;
const skipped = new Set(['node_modules', 'dist']);

/** Every file that a person wrote in these folders of the repository. */
export function sourceFiles(...folders: readonly string[]): SourceFile[] {
  return folders.flatMap((folder) => walk(join(root, folder)));
}

function walk(folder: string): SourceFile[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : walk(path);
    return written.test(entry.name) ? [readSource(path)] : [];
  });
}

function readSource(path: string): SourceFile {
  const text = readFileSync(path, 'utf8');
  const name = relative(root, path).split(sep).join('/');
  return { path: name, text, isTest: /\.test\.tsx?$/.test(name), imports: /\.(ts|tsx|js)$/.test(name) ? importsOf(text) : [] };
}

/** Static, dynamic and re-exporting imports. The formatter's style is enough of a grammar: one statement begins a line. */
export function importsOf(text: string): Import[] {
  const found: Import[] = [];
  for (const match of text.matchAll(/^(?:import|export)\s+(type\s+)?[^'";]*?from\s+'([^']+)'/gm)) {
    found.push({ specifier: match[2] ?? '', typeOnly: match[1] !== undefined });
  }
  for (const match of text.matchAll(/^import\s+'([^']+)'/gm)) found.push({ specifier: match[1] ?? '', typeOnly: false });
  for (const match of text.matchAll(/\bimport\(\s*'([^']+)'/g)) found.push({ specifier: match[1] ?? '', typeOnly: false });
  return found;
}

/** Folders directly in a folder of the repository. */
export function foldersIn(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

/** Names of files and folders directly in a folder of the repository. */
export const namesIn = (folder: string): string[] => readdirSync(join(root, folder));
