import type { ImageFacts } from '../state-image.js';
import type { RecordMark } from '../record-mark.js';

/** What a checkpoint says of itself. */
export interface CheckpointManifest extends CheckpointDescription {
  readonly format: typeof CHECKPOINT_FORMAT;
  readonly facts: ImageFacts;
  /** In the order in which they are in the file. */
  readonly columns: readonly StoredColumn[];
}

/** Whose state it is and how far it has come: what the writer of a checkpoint has to know beside the state itself. */
export interface CheckpointDescription {
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly serviceVersion: string;
  /** Of which input, read by which group. */
  readonly identity: { readonly clusterId: string; readonly group: string; readonly topic: string };
  /** What kind of state it is, to be compared before it is restored. */
  readonly layout: Readonly<Record<string, string | number | boolean>>;
  /** Hash of the settings that decide outcomes. */
  readonly decisions: string;
  /** By partition: the next offset to apply, and the last record that was applied, null if none was. */
  readonly positions: Readonly<Record<string, { readonly next: number; readonly last: RecordMark | null }>>;
}

export interface StoredColumn {
  readonly name: string;
  readonly bytes: number;
  readonly crc32: number;
}

/** Version of the form of the file. To be raised whenever an older version of the service could not read it any more. */
export const CHECKPOINT_FORMAT = 1;
