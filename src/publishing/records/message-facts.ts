/** What a record for each message may say of a message and its outcome: a profile picks and names. */
export interface MessageFacts {
  /**
   * As received; null where it is absent or broken.
   *
   * @minLength 1
   * @maxLength 128
   */
  readonly user_id: string | null;
  /**
   * As received; the text `Unknown` where it is absent or broken.
   *
   * @minLength 1
   * @maxLength 128
   */
  readonly user_id_or_unknown: string;
  /**
   * As received, or hashed, as `DEVICE_PRIVACY` says; null where it is absent or broken.
   *
   * @minLength 1
   * @maxLength 128
   */
  readonly device_id: string | null;
  /** The event’s, as received; null where it is absent, or neither a number nor a short text. */
  readonly timestamp: number | string | null;
  /** Every reason why the message is an error, in sentences; null when it is none. */
  readonly error: string | null;
  /** From the event to this record, in seconds with a fraction; null where the event’s time is absent or broken. */
  readonly seconds_since_event: number | null;
  /** Topic that the outcome went to; null where that topic is off. */
  readonly outcome_topic: string | null;
  /** When the record was made, in Unix seconds with a fraction. */
  readonly written_at: number;
  /**
   * Work on the message in ms: the mean of its batch.
   *
   * @minimum 0
   */
  readonly processing_time: number;
  /** The processed record, whole; null when the message was not processed. */
  readonly processed_record: unknown;
}
