/** Token of the brokers' addresses: the configured ones, or that of the embedded broker once it runs. */
export const BROKERS = Symbol('BROKERS');
