/** The requests that tests usually mean. */
export const ApiKey = {
  Produce: 0,
  Fetch: 1,
  ListOffsets: 2,
  Metadata: 3,
  OffsetCommit: 8,
  OffsetFetch: 9,
  FindCoordinator: 10,
  JoinGroup: 11,
  Heartbeat: 12,
  LeaveGroup: 13,
  SyncGroup: 14,
  ApiVersions: 18,
  CreateTopics: 19,
  InitProducerId: 22,
  AddPartitionsToTxn: 24,
  AddOffsetsToTxn: 25,
  EndTxn: 26,
  TxnOffsetCommit: 28,
} as const;

/** What the header of a request says. */
export interface RequestHeader {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly correlationId: number;
  readonly clientId: string | null;
}

const SIZE_BYTES = 4;
const HEADER_BYTES = 14;
const LARGEST_FRAME = 256 * 1024 * 1024;

/** Cuts a stream into Kafka's frames: a size of four bytes and as many bytes after it. */
export class KafkaFrames {
  private pending = Buffer.alloc(0);

  /** The frames that are complete now, each with its size in front. */
  push(chunk: Buffer): Buffer[] {
    this.pending = Buffer.concat([this.pending, chunk]);
    const frames: Buffer[] = [];
    while (this.pending.length >= SIZE_BYTES) {
      const size = this.pending.readInt32BE(0);
      if (size < 0 || size > LARGEST_FRAME)
        throw new Error("Not Kafka's protocol: start the proxy with protocol 'raw'.");
      const end = SIZE_BYTES + size;
      if (this.pending.length < end) break;
      frames.push(this.pending.subarray(0, end));
      this.pending = this.pending.subarray(end);
    }
    return frames;
  }

  /** What is left of a frame when the stream ends in the middle of it. */
  rest(): Buffer[] {
    return this.pending.length > 0 ? [this.pending] : [];
  }
}

/** Null for a frame without a header, such as the tokens of an old SASL handshake. */
export function readRequestHeader(frame: Buffer): RequestHeader | null {
  if (frame.length < HEADER_BYTES) return null;
  const clientIdLength = frame.readInt16BE(12);
  return {
    apiKey: frame.readInt16BE(4),
    apiVersion: frame.readInt16BE(6),
    correlationId: frame.readInt32BE(8),
    clientId: clientIdLength < 0 ? null : frame.toString('utf8', HEADER_BYTES, HEADER_BYTES + clientIdLength),
  };
}

export function readCorrelationId(response: Buffer): number | null {
  return response.length < SIZE_BYTES + 4 ? null : response.readInt32BE(SIZE_BYTES);
}
