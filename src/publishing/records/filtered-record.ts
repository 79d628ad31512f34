import type { FilterReason } from '../../pipeline/outcome.js';
import type { UnixSeconds } from '../../pipeline/quantities.js';
import type { Source } from '../source.js';

/** The value of a record of the filtered topic: a valid login, and why it is not among the processed ones. */
export interface FilteredRecord {
  /** As received. */
  readonly user_id: string;
  /** The login, with the same privacy as processed ones. Its fields are those of the profile. */
  readonly message_content: unknown;
  /** Why it was filtered; the first that applies. */
  readonly clean_type: FilterReason;
  /** When the record was written, in Unix seconds. */
  readonly timestamp: UnixSeconds;
  /** Where the message is in the input. */
  readonly source: Source;
}
