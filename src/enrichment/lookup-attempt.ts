import type { LookupFault } from './lookup-observer.js';
import type { LookupProcessor } from './registered-processor.js';

/** A look-up did not give its fields. The message names no value of a login. */
export class LookupFailed extends Error {
  constructor(
    readonly reason: LookupFault,
    message: string,
  ) {
    super(message);
    this.name = 'LookupFailed';
  }
}

/**
 * Asks once. What comes after the time limit, or after the signal, is nobody's.
 *
 * @returns a result for each login, checked
 * @throws LookupFailed
 * @throws the signal's reason when it ends the attempt
 */
export async function attemptLookup(
  { instance, spec, rules }: LookupProcessor,
  logins: readonly object[],
  context: { readonly now: number; readonly signal: AbortSignal },
): Promise<readonly object[]> {
  const attempt = new AbortController();
  let end!: (reason: Error) => void;
  const ended = new Promise<never>((_, reject) => {
    end = (reason) => {
      reject(reason);
      attempt.abort(reason);
    };
  });
  const giveUp = () => end(context.signal.reason as Error);
  const timer = setTimeout(() => {
    end(new LookupFailed('timeout', `it took longer than ${rules.timeoutMs} ms`));
  }, rules.timeoutMs);
  context.signal.addEventListener('abort', giveUp, { once: true });
  try {
    const answer = ask(instance, logins, { now: context.now, signal: attempt.signal });
    const results = await Promise.race([answer, ended]);
    return checked(results, logins.length, spec.adds);
  } finally {
    clearTimeout(timer);
    context.signal.removeEventListener('abort', giveUp);
  }
}

async function ask(
  instance: LookupProcessor['instance'],
  logins: readonly object[],
  context: { readonly now: number; readonly signal: AbortSignal },
): Promise<readonly object[]> {
  try {
    return await instance.lookUp(logins, context);
  } catch (error) {
    throw new LookupFailed('error', `it failed (${kindOf(error)})`);
  }
}

/** What an error is, without its message: it may repeat what was asked. */
function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { name, code } = error as NodeJS.ErrnoException;
  const words = [name, code].filter((word) => typeof word === 'string' && /^\w{1,60}$/.test(word));
  return words.length === 0 ? typeof error : words.join(' ');
}

/** Plain copies of the results: what a getter or a proxy says is asked for once, here. */
function checked(results: unknown, count: number, adds: readonly string[]): readonly object[] {
  try {
    return plainResults(results, count, adds);
  } catch (error) {
    throw error instanceof LookupFailed ? error : new LookupFailed('shape', 'its answer could not be read');
  }
}

function plainResults(results: unknown, count: number, adds: readonly string[]): readonly object[] {
  if (!Array.isArray(results)) throw new LookupFailed('shape', 'it answered with something else than a list');
  if (results.length !== count)
    throw new LookupFailed('shape', `it answered with ${results.length} results for ${count} logins`);
  return Array.from(results as unknown[], (result) => {
    const plain = { ...(result as object | null) } as Record<string, unknown>;
    const hasAll = adds.every((field) => Object.hasOwn(plain, field) && isWritable(plain[field]));
    if (!hasAll || Object.keys(plain).length !== adds.length)
      throw new LookupFailed('shape', `a result did not have exactly the fields ${adds.join(', ')}`);
    return plain;
  });
}

/** JSON has something for it. */
const isWritable = (value: unknown): boolean =>
  typeof value === 'number'
    ? Number.isFinite(value)
    : !['undefined', 'bigint', 'function', 'symbol'].includes(typeof value);
