import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { CliError } from '../support/cli-error.js';

const STANDARD_INPUT = '-';

/**
 * The id from the command line, or from a file, where it is not in the shell's history.
 *
 * @param file `-`: standard input
 * @throws CliError
 */
export async function userIdFrom(argument: string | undefined, file: string | undefined): Promise<string> {
  if ((argument === undefined) === (file === undefined))
    throw new CliError('Say which user: <user_id>, - for standard input, or --user-file <file>.');
  const source = file ?? (argument === STANDARD_INPUT ? STANDARD_INPUT : undefined);
  const userId = source === undefined ? argument! : withoutLineEnd(await contentOf(source));
  if (userId.trim() === '') throw new CliError('The user id is blank.');
  if (/[\r\n]/.test(userId)) throw new CliError('There must be one user id, on one line.');
  return userId;
}

async function contentOf(source: string): Promise<string> {
  if (source === STANDARD_INPUT) return text(process.stdin);
  return readFile(source, 'utf8').catch((error: Error) => {
    throw new CliError(`The file with the user id cannot be read: ${error.message}`);
  });
}

const withoutLineEnd = (content: string) => content.replace(/\r?\n$/, '');
