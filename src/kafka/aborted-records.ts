/** A decoded record as kafkajs keeps it between the fetch and the batch. */
export interface FetchedRecord {
  readonly offset: string;
  readonly key: Buffer | null;
  /** Control records are counted, and never handed out. */
  isControlRecord: boolean;
  readonly batchContext: { readonly producerId: string; readonly inTransaction: boolean };
}

export interface FetchedPartition {
  abortedTransactions?: { readonly producerId: string; readonly firstOffset: string }[] | null;
  readonly messages: FetchedRecord[];
}

const ABORT_MARKER = 0;

/**
 * Takes aborted records out of what a `read_committed` reader sees, as Kafka's own client does. They are made control
 * records rather than removed, because the position of the reader has to move past them.
 */
export function hideAbortedRecords(partition: FetchedPartition): void {
  const { abortedTransactions, messages } = partition;
  if (!abortedTransactions || abortedTransactions.length === 0) return;
  partition.abortedTransactions = [];
  // The broker lists transactions by their end; several may begin before the first record of this fetch.
  const upcoming = abortedTransactions
    .map(({ producerId, firstOffset }) => ({ producerId, firstOffset: Number(firstOffset) }))
    .sort((a, b) => a.firstOffset - b.firstOffset);
  const aborted = new Set<string>();
  let next = 0;
  for (const message of messages) {
    const offset = Number(message.offset);
    while (next < upcoming.length && upcoming[next].firstOffset <= offset)
      aborted.add(upcoming[next++].producerId);
    const { producerId, inTransaction } = message.batchContext;
    if (message.isControlRecord) {
      if (isAbortMarker(message)) aborted.delete(producerId);
    } else if (inTransaction && aborted.has(producerId)) message.isControlRecord = true;
  }
}

/** The key of a control record is its version and its type, 16 bits each. */
const isAbortMarker = ({ key }: FetchedRecord): boolean =>
  key !== null && key.length >= 4 && key.readInt16BE(2) === ABORT_MARKER;
