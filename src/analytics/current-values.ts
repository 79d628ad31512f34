import type { Login } from '../pipeline/login.js';
import type { CurrentValues } from './tables/state-columns.js';
import { KeyHash } from './tables/key-hash.js';

type Read = (login: Login) => unknown;

/**
 * What a login's fields are remembered as: whole numbers from 0 to 2^32 - 1 as they are, true and false as 1 and 0, other numbers
 * and texts by 32 bits of their hash. Without a key, as their order decides between equal times: a replay decides the same.
 */
export class ReadValues {
  readonly current: CurrentValues;
  private readonly reads: readonly Read[];
  private readonly hash = new KeyHash([0, 0]);

  constructor(fields: readonly string[]) {
    this.current = new Float64Array(fields.length);
    // A function of its own for each field, so that each meets one place in the login. The names are quoted.
    this.reads = fields.map(
      (field) => new Function('login', `return login[${JSON.stringify(field)}];`) as Read,
    );
  }

  read(login: Login): CurrentValues {
    const { current, reads } = this;
    for (let index = 0; index < reads.length; index++) current[index] = this.remembered(reads[index](login));
    return current;
  }

  private remembered(value: unknown): number {
    switch (typeof value) {
      case 'string':
        return this.hashed(value);
      case 'number':
        return value >>> 0 === value ? value : this.hashed(String(value));
      case 'boolean':
        return value ? 1 : 0;
      default:
        return -1;
    }
  }

  private hashed(text: string): number {
    this.hash.ofString(text);
    return this.hash.lo >>> 0;
  }
}
