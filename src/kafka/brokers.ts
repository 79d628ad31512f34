/** Token of the brokers' addresses: the configured ones, or that of the embedded broker once it runs. */
export const BROKERS = Symbol('BROKERS');

/** Token of a client that fails soon: for what we repeat ourselves, and want to see waiting. */
export const IMPATIENT_KAFKA = Symbol('IMPATIENT_KAFKA');
