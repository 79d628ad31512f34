/** Checkpoints in a file: written beside the work, read at start. */
export { writeCheckpoint } from './checkpoint-writer.js';
export { CheckpointReader, openCheckpoint } from './checkpoint-reader.js';
