/** The lock cannot be used at all here. The message says why and what to do, for operators. */
export class StateLockError extends Error {
  override readonly name = 'StateLockError';

  constructor(
    readonly path: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
