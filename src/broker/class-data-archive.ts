import { createHash, randomBytes } from 'node:crypto';
import { access, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Java } from './java.js';

/**
 * A memory image of the classes that the broker loads (50 MB, class data sharing). With it the broker starts
 * in half the time and needs 50 MB less. The first broker on a machine writes it as it stops, which then
 * takes 3 s longer; a broker that is killed, or a JVM that cannot do this, writes none, and the next one tries again.
 */
export class ClassDataArchive {
  private constructor(
    private readonly path: string,
    /** Set while the archive doesn't exist: where this broker's JVM writes it. */
    private readonly unfinished: string | null,
  ) {}

  /**
   * @param jars the directory of the broker's jars. The archive lies with them, because it is valid only for these
   * very files (the JVM compares their times, too): it must go when they are fetched again.
   */
  static async find(jars: string, java: Java): Promise<ClassDataArchive> {
    const jvm = createHash('sha256').update(java.description).digest('hex').slice(0, 12);
    const path = join(jars, `java-${jvm}.jsa`);
    const exists = await access(path).then(
      () => true,
      () => false,
    );
    return new ClassDataArchive(path, exists ? null : `${path}.${randomBytes(6).toString('hex')}`);
  }

  /** A JVM that finds the archive unusable goes on without it. */
  get javaOptions(): string[] {
    return this.unfinished === null
      ? [`-XX:SharedArchiveFile=${this.path}`]
      : [`-XX:ArchiveClassesAtExit=${this.unfinished}`];
  }

  /** @param complete whether the JVM ended by itself: a killed one may have left half an archive. */
  async keep(complete: boolean): Promise<void> {
    if (this.unfinished === null) return;
    if (complete) await rename(this.unfinished, this.path).catch(() => undefined);
    await rm(this.unfinished, { force: true });
  }
}
