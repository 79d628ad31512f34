/** Who holds a lock, as the holder wrote it down. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Any text that no other incarnation of the service has. */
  readonly instance: string;
  /** When the lock was got, in ISO 8601. */
  readonly since: string;
  /** What the holder noted beside. */
  readonly [extra: string]: unknown;
}

/** One line: a reader that comes while a longer former text is still behind it takes the first. */
export function encodeHolder(holder: Holder): Buffer {
  return Buffer.from(`${JSON.stringify(holder)}\n`);
}

/** Null when nobody is written down there, or only in part. */
export function decodeHolder(content: Buffer): Holder | null {
  const text = content.toString();
  const end = text.indexOf('\n');
  if (end < 0) return null;
  try {
    const value = JSON.parse(text.slice(0, end)) as Partial<Holder> | null;
    const whole =
      typeof value?.pid === 'number' && typeof value.host === 'string' && typeof value.since === 'string';
    return whole ? (value as Holder) : null;
  } catch {
    return null;
  }
}

/** As a phrase, for logs. */
export function describeHolder(holder: Holder | null): string {
  if (holder === null) return 'another process';
  return `process ${holder.pid} on ${holder.host}, since ${holder.since}`;
}
