import { readFileSync } from 'node:fs';
import { inProject } from './project-root.js';

interface Rule {
  readonly lets: boolean;
  readonly pattern: RegExp;
}

/**
 * Whether a path of the project reaches the build: the last rule that fits it, or a directory above it, decides.
 * Knows `*`, `**` and `!`, which is all that the project's file uses.
 */
export function buildContext(
  text = readFileSync(inProject('.dockerignore'), 'utf8'),
): (path: string) => boolean {
  const rules = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(rule);
  return (path) => rules.findLast(({ pattern }) => pattern.test(path))?.lets ?? true;
}

function rule(line: string): Rule {
  const lets = line.startsWith('!');
  const glob = (lets ? line.slice(1) : line).replace(/[.+^${}()|[\]\\]/g, '\\$&');
  const pattern = glob.replace(/\*\*\/|\*/g, (stars) => (stars === '*' ? '[^/]*' : '(?:.*/)?'));
  return { lets, pattern: new RegExp(`^${pattern}(?:/|$)`) };
}
