import fc from 'fast-check';
import type { ImageFacts, StateImage } from '../state-image.js';
import type { CheckpointDescription } from './checkpoint-manifest.js';

const PART = 256 * 1024;

/** An image of these columns, in parts that are overwritten as soon as the next one is asked for. */
export class FakeImage implements StateImage {
  released = 0;
  readonly columns: StateImage['columns'];

  constructor(
    contents: Readonly<Record<string, Uint8Array>>,
    readonly facts: ImageFacts = {},
    part = PART,
  ) {
    const window = Buffer.alloc(part);
    this.columns = Object.entries(contents).map(([name, content]) => {
      let at = 0;
      const next = (): Uint8Array | null => {
        window.fill(0xee);
        if (this.released > 0) throw new Error('The image was released');
        if (at === content.length) return null;
        const bytes = content.subarray(at, at + part);
        window.set(bytes);
        at += bytes.length;
        return window.subarray(0, bytes.length);
      };
      return { name, bytes: content.length, next };
    });
  }

  release(): void {
    this.released++;
  }
}

/** What a checkpoint says beside the state. */
export const DESCRIPTION: CheckpointDescription = {
  createdAt: 1_700_000_000_000,
  serviceVersion: '1.2.3',
  identity: { clusterId: 'abc', group: 'login-stream', topic: 'user-login' },
  layout: { users: 1_000, sessions: true, kind: 'x' },
  decisions: 'f00',
  positions: {
    0: { next: 12, last: { offset: 11, timestamp: 1_700_000_000_000, hi: -1, lo: 7 } },
    1: { next: 0, last: null },
  },
};

/** Columns by name. */
export const contents: fc.Arbitrary<Record<string, Uint8Array>> = fc.dictionary(
  fc.string({ minLength: 1 }).filter((name) => name !== '__proto__'),
  fc.uint8Array({ maxLength: 3_000 }),
  { maxKeys: 5, noNullPrototype: true },
);

/** Bytes that are not alike anywhere. */
export function bytesOf(length: number): Uint8Array {
  const words = new Uint32Array(Math.ceil(length / 4)).map((_, index) => Math.imul(index + 1, 0x9e3779b1));
  return new Uint8Array(words.buffer, 0, length);
}
