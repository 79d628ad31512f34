/** The part of the package that is used: it has no declarations of its own. */
declare module 'fs-native-extensions' {
  interface LockOptions {
    /** Many may hold a shared lock at once, but not beside an exclusive one. */
    shared?: boolean;
  }

  /**
   * Locks the whole file for this open file description, until it is closed or the process ends.
   *
   * @param fd open for writing, unless the lock is shared
   * @returns whether it was granted: false when somebody else has a lock that excludes it
   * @throws when the file system or the file does not allow locks at all
   */
  export function tryLock(fd: number, options?: LockOptions): boolean;

  export function unlock(fd: number): void;
}
