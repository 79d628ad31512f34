/** Lengths of a fetch request, version 11, by the protocol's definition. */
const HEADER_BYTES = 14;
const BEFORE_TOPICS_BYTES = 25;
const PARTITION_BYTES = 28;

/** A partition as a fetch request names it. */
interface Place {
  readonly partition: number;
  /** Where its fetch offset is in the frame. */
  readonly at: number;
}

/**
 * Lets a fetch request for several partitions of a topic ask for this one from an offset on: with that of its end the answer brings
 * nothing of it, as when the broker finds no room for it.
 *
 * @param frame of version 11, changed in place
 * @returns whether it was such a request
 */
export function fetchFrom(frame: Buffer, topic: string, partition: number, offset: number): boolean {
  const named = placesOf(frame, topic);
  const place = named.find((each) => each.partition === partition);
  if (place === undefined || named.length === 1) return false;
  frame.writeBigInt64BE(BigInt(offset), place.at);
  return true;
}

function placesOf(frame: Buffer, topic: string): Place[] {
  const version = frame.readInt16BE(6);
  if (version !== 11) throw new Error(`Fetch requests of version ${version} cannot be read here`);
  const places: Place[] = [];
  let at = HEADER_BYTES + Math.max(0, frame.readInt16BE(12)) + BEFORE_TOPICS_BYTES;
  for (let topics = int32(); topics > 0; topics--) {
    const length = frame.readInt16BE(at);
    const name = frame.toString('utf8', at + 2, at + 2 + length);
    at += 2 + length;
    for (let partitions = int32(); partitions > 0; partitions--, at += PARTITION_BYTES)
      if (name === topic) places.push({ partition: frame.readInt32BE(at), at: at + 8 });
  }
  return places;

  function int32(): number {
    at += 4;
    return frame.readInt32BE(at - 4);
  }
}
