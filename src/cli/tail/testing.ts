import type { RawRecord } from '../../pipeline/raw-record.js';

/** A record at offset 7. */
export const rawRecord = (record: Partial<RawRecord>): RawRecord => ({
  offset: '7',
  timestamp: '1700000000123',
  key: null,
  value: null,
  ...record,
});
