import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { CliError } from '../support/cli-error.js';

const STDIN = '-';

/**
 * The bytes of the message, as they are: from standard input for `-`, from a file, or the argument as UTF-8.
 *
 * @throws CliError when there is none, or more than one
 */
export async function readMessage(argument: string | undefined, file: string | undefined): Promise<Buffer> {
  if ((argument === undefined) === (file === undefined))
    throw new CliError('Give one message: as an argument, as - for standard input, or with --file.');
  if (file !== undefined) {
    return readFile(file).catch((error: Error) => {
      throw new CliError(`The file cannot be read: ${error.message}`);
    });
  }
  return argument === STDIN ? buffer(process.stdin) : Buffer.from(argument!);
}
