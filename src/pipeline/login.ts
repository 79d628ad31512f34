import type { RawRecord } from './raw-record.js';

/** What processors add. Every processor's file extends this interface with the fields that it declares. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface Enrichment {}

/**
 * A valid login: the seven fields as received, and where it came from. Processors and analytics add
 * their fields to the same object, always in the same order, so that all logins share one hidden class.
 */
export class Login {
  constructor(
    readonly raw: RawRecord,
    /** Who logged in, as received. */
    readonly user_id: string,
    /** Version of the app, as received: major, minor and patch. */
    readonly app_version: string,
    /** Type of the device, as received. */
    readonly device_type: string,
    /** Address that the login came from: IPv4, or IPv6 without a zone. */
    readonly ip: string,
    /** As received: a US state, a country, or a language tag. */
    readonly locale: string,
    /** With which device, as received. */
    readonly device_id: string,
    /** Unix seconds as received: a number, or decimal digits. */
    readonly timestamp: number | string,
    /** `timestamp` as a number of Unix seconds: the *event time*. */
    readonly event_time: number,
    /** Fields that we don't know, in input order; null when there are none or they are dropped. */
    readonly unknown_fields: Readonly<Record<string, unknown>> | null,
    /** The whole message as an object, where the profile passes it on; else null. */
    readonly input: Readonly<Record<string, unknown>> | null = null,
  ) {}
}

export type EnrichedLogin = Login & Enrichment;
