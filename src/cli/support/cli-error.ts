import { EXIT } from './exit-codes.js';

/** Ends a command with a sentence on standard error, without a stack, and an exit code. */
export class CliError extends Error {
  override readonly name = 'CliError';

  constructor(
    message: string,
    readonly exitCode: number = EXIT.failure,
  ) {
    super(message);
  }
}
