import { readFile } from 'node:fs/promises';
import { decodeEntry, ENTRY_BYTES, isCutOff } from './journal-entry.js';
import type { JournalEntry } from './journal-entry.js';
import { JournalError } from './journal-error.js';
import { decodeHeader, HEADER_BYTES } from './journal-header.js';

/** What a journal holds. */
export interface JournalContent {
  /** All before the first damage. */
  readonly entries: JournalEntry[];
  /**
   * What is damaged, as a sentence for operators: entries behind it, if any, are lost. Null when nothing is; an entry at
   * the very end that was half written when the process or the machine stopped is nothing.
   */
  readonly damage: string | null;
  /** By which settings its batches were decided, as a digest; undefined: it does not say. */
  readonly decisions: string | undefined;
}

/** @throws JournalError when there is no journal that this version of the service can read */
export async function readJournal(path: string): Promise<JournalContent> {
  const file = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT'
      ? new JournalError('missing', path, `There is no journal ${path}.`, { cause: error })
      : new JournalError('unreadable', path, `The journal ${path} cannot be read (${error.code}).`, {
          cause: error,
        });
  });
  const header = decodeHeader(file, path);
  const entries: JournalEntry[] = [];
  if (header === null) return { entries, damage: null, decisions: undefined };
  const { salt, decisions } = header;
  for (let start = HEADER_BYTES; start < file.length; start += ENTRY_BYTES) {
    const entry = start + ENTRY_BYTES <= file.length ? decodeEntry(file, start, entries.length, salt) : null;
    if (entry === null) {
      return {
        entries,
        decisions,
        damage: isCutOff(file, start) ? null : damageAt(path, start, file.length, entries.length),
      };
    }
    entries.push(entry);
  }
  return { entries, damage: null, decisions };
}

function damageAt(path: string, start: number, length: number, whole: number): string {
  const lost = Math.ceil((length - start) / ENTRY_BYTES);
  return (
    `The journal ${path} is damaged from byte ${start} on: its first ${whole} entries are whole, ` +
    `up to ${lost} behind them are lost.`
  );
}
