/** A checkpoint cannot be used. The message says why, for operators. */
export abstract class CheckpointError extends Error {
  constructor(
    readonly path: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** There is no such file. */
export class MissingCheckpoint extends CheckpointError {
  override readonly name = 'MissingCheckpoint';

  constructor(path: string) {
    super(path, `There is no checkpoint ${path}.`);
  }
}

/** The file is there, but the operating system does not let us open it. */
export class UnreadableCheckpoint extends CheckpointError {
  override readonly name = 'UnreadableCheckpoint';

  constructor(path: string, cause: NodeJS.ErrnoException) {
    super(
      path,
      `The checkpoint ${path} cannot be opened (${cause.code}): the service needs to be allowed to read it.`,
      { cause },
    );
  }
}

/** The file is not what was written, or no checkpoint at all. */
export class CorruptCheckpoint extends CheckpointError {
  override readonly name = 'CorruptCheckpoint';

  /** @param reason what is wrong with it, as a phrase like `it ends early` */
  constructor(
    path: string,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(path, `The checkpoint ${path} is damaged and cannot be used: ${reason}.`, options);
  }
}

/** Another version of the service wrote it, in a form of its own. */
export class ForeignCheckpoint extends CheckpointError {
  override readonly name = 'ForeignCheckpoint';

  constructor(
    path: string,
    readonly format: number,
    readable: number,
  ) {
    super(
      path,
      `The checkpoint ${path} has format ${format}, and this version of the service reads format ${readable}: ` +
        `run the version that wrote it.`,
    );
  }
}

/** It could not be written. There is no file of that name, or still the former one. */
export class CheckpointNotWritten extends CheckpointError {
  override readonly name = 'CheckpointNotWritten';
}
