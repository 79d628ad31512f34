/**
 * A processor has thrown, which none may on a valid login. The login would make it throw again: the process has to end. The message
 * says where, but not what the error said, which may repeat what is in the login.
 */
export class ProcessorFailed extends Error {
  override readonly name = 'ProcessorFailed';

  constructor(cause: unknown) {
    const { name = typeof cause, stack = '' } = (cause instanceof Error ? cause : {}) as Partial<Error>;
    const place = /^\s+at (\S+Processor\.\w+|\w+\.process)/m.exec(stack)?.[1] ?? 'an unknown place';
    super(`${name} in ${place}`, { cause });
  }
}
