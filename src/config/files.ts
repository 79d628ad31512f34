import { accessSync, constants, readFileSync, statSync } from 'node:fs';

/** Whether `path` is a regular file (or a link to one) that this process may read. */
export function isReadableFile(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * The secret in a file, without one trailing newline: editors and `echo` add it, nobody means it.
 * Undefined when the file cannot be read or holds nothing.
 */
export function readSecretFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '') || undefined;
  } catch {
    return undefined;
  }
}
