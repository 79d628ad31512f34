/** Figures for people: digits in groups of three. */
export const grouped = (value: number): string => value.toLocaleString('en-US');

const BYTE_UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];

/** Bytes in the largest unit that leaves at least one, with at most one decimal. */
export function byteText(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${Math.round((bytes / 1024 ** power) * 10) / 10} ${BYTE_UNITS[power]}`;
}

const DURATION_UNITS: readonly (readonly [unit: string, ms: number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];

/** Milliseconds in the largest unit that divides them, `7 days`; else in milliseconds. */
export function durationText(milliseconds: number): string {
  const [unit, ms] = DURATION_UNITS.find(([, each]) => milliseconds >= each && milliseconds % each === 0) ?? [
    'ms',
    1,
  ];
  const count = milliseconds / ms;
  return `${grouped(count)} ${unit}${unit === 'ms' || count === 1 ? '' : 's'}`;
}
