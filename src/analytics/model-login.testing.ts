/** A login as the model sees it: the clear values, what the processors made of them, and where it stood. */
export interface ModelLogin {
  readonly user_id: string;
  readonly device_id: string;
  readonly app_version: string;
  readonly locale: string;
  readonly ip: string;
  /** In lower case. */
  readonly device_type: string;
  readonly region: string;
  readonly ip_country: string | null;
  /** Unix seconds. */
  readonly event_time: number;
  /** The record's value. */
  readonly value: string;
  /** Milliseconds. */
  readonly arrival: number;
  readonly partition: number;
  readonly offset: number;
}

const numbers = new Map<string, bigint>();

/** An address as a number; IPv4 as its IPv4-mapped form. The platform's URL parser knows how to read it. */
export function ipNumber(ip: string): bigint {
  let number = numbers.get(ip);
  if (number === undefined) numbers.set(ip, (number = parse(ip)));
  return number;
}

function parse(ip: string): bigint {
  const host = new URL(`http://[${ip.includes(':') ? ip : `::ffff:${ip}`}]`).hostname.slice(1, -1);
  const [start, end = []] = host.split('::').map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = new Array<string>(8 - start.length - end.length).fill('0');
  const digits = [...start, ...zeros, ...end].map((group) => group.padStart(4, '0'));
  return BigInt(`0x${digits.join('')}`);
}
