/**
 * Numbers by what they mean. They are plain numbers to the compiler; the JSON Schemas of the records, which are made
 * from the types, tell them apart.
 */

/**
 * How many.
 *
 * @integer
 * @minimum 0
 */
export type Count = number;

/**
 * A point in time: seconds since 1970-01-01 UTC.
 *
 * @integer
 * @minimum 0
 */
export type UnixSeconds = number;

/**
 * A point in time: milliseconds since 1970-01-01 UTC; -1 where Kafka has none.
 *
 * @integer
 * @minimum -1
 */
export type UnixMilliseconds = number;

/**
 * A span of time in whole seconds.
 *
 * @integer
 */
export type Seconds = number;
