import type { Writable } from 'node:stream';
import type { GeneratedRecord } from '../generator/generated-record.js';
import { toLine } from '../generator/to-line.js';
import type { Target } from './target.js';

/** Writes one line for each record; the next ones wait until the reader has taken them. */
export class LineTarget implements Target {
  readonly name = 'standard output';

  constructor(private readonly out: Writable) {}

  async send(records: readonly GeneratedRecord[]): Promise<void> {
    const lines = Buffer.concat(records.map(toLine));
    await new Promise<void>((resolve, reject) =>
      this.out.write(lines, (error) => (error ? reject(error) : resolve())),
    );
  }

  doubts(): string {
    return '';
  }

  close(): void {
    // Standard output is not ours to close.
  }
}
