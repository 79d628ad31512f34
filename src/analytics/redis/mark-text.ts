import type { RecordMark } from '../record-mark.js';

/** As it is kept in Redis: offset, time, and both halves of the hash. */
export const textOfMark = ({ offset, timestamp, hi, lo }: RecordMark): string =>
  `${offset} ${timestamp} ${hi} ${lo}`;

export function readMark(text: string): RecordMark {
  const [offset, timestamp, hi, lo] = text.split(' ').map(Number);
  return { offset, timestamp, hi, lo };
}
