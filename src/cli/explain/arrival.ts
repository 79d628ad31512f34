import { InvalidArgumentError } from 'commander';

/** What ECMAScript promises to read, and no more: `Date.parse` takes nearly anything. */
const ISO = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/;

/**
 * Milliseconds since 1970 of an ISO 8601 time with its zone, of a date (UTC), or of milliseconds.
 *
 * @throws InvalidArgumentError
 */
export function parseArrival(text: string): number {
  const milliseconds = /^\d{1,16}$/.test(text) ? Number(text) : ISO.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(new Date(milliseconds).getTime()))
    throw new InvalidArgumentError(
      'It must be an ISO 8601 time with its zone, such as 2024-03-24T18:10:00Z, or milliseconds since 1970.',
    );
  return milliseconds;
}
