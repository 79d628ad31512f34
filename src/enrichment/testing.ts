import type { EnrichedLogin, Enrichment } from '../pipeline/login.js';
import { aLogin } from '../pipeline/testing.js';
import type { BatchContext } from './processor.js';

interface AnyProcessor {
  process(login: object, add: object, context: BatchContext): void;
}

/** For specs: what `processor` adds to a login with these fields, and nothing else. */
export function added(
  processor: AnyProcessor,
  received: Parameters<typeof aLogin>[0] = {},
  now = 1_711_302_640_000,
): Partial<Enrichment> {
  const login = aLogin(received);
  const before = new Set(Object.keys(login));
  processor.process(login, login, { now });
  const entries = Object.entries(login as EnrichedLogin).filter(([field]) => !before.has(field));
  return Object.fromEntries(entries) as Partial<Enrichment>;
}
