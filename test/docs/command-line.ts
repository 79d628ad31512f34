import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { createProgram } from '../../src/cli/program.js';
import { PROFILES } from '../../src/profiles/profiles.js';

const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};

/** Whether a piece of code is a command of ours: one of npm's, or of the installed program. */
export const isCommandLine = (code: string): boolean => /^(npm (run|test|start)|login-stream)\b/.test(code);

/** What is wrong with a command: no such script, command or option. Null: nothing. */
export function commandFault(line: string): string | null {
  const [program, ...words] = line.split(' ');
  if (program === 'login-stream') return programFault(words);
  const script = words[0] === 'run' ? words[1] : words[0];
  if (!Object.hasOwn(scripts, script ?? '')) return `npm has no script ${script}`;
  const rest = words.slice(words[0] === 'run' ? 2 : 1);
  if (rest.length > 0 && rest[0] !== '--') return `npm would take ${rest[0]} for itself`;
  if (script === 'cli') return programFault(rest.slice(1));
  return script === 'demo' ? programFault(['demo', ...rest.slice(1)]) : null;
}

/** The same of a command of the program `login-stream`. */
function programFault(words: readonly (string | undefined)[], above = createProgram()): string | null {
  const [name, ...rest] = words;
  const command = above.commands.find((known) => known.name() === name);
  if (command === undefined) return `there is no command ${name}`;
  return command.commands.length > 0 && rest.length > 0
    ? programFault(rest, command)
    : optionFault(command, rest);
}

function optionFault(command: Command, words: readonly (string | undefined)[]): string | null {
  const name = command.name();
  for (const [index, word] of words.entries()) {
    if (word?.startsWith('--') && !hasOption(command, word)) return `${name} has no option ${word}`;
    if (word === '--profile' && !Object.hasOwn(PROFILES, words[index + 1] ?? ''))
      return `there is no profile ${words[index + 1]}`;
  }
  return null;
}

const hasOption = (command: Command, word: string): boolean =>
  command.options.some(({ long }) => long === word);
