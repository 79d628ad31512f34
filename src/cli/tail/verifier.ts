import type { RawRecord } from '../../pipeline/raw-record.js';
import type { RecordValidator, SchemaViolation } from '../../schemas/record-schemas.js';
import { grouped } from '../support/quantities.js';
import { printable } from '../support/terminal.js';
import type { Value } from './record-value.js';

const NOT_JSON: readonly SchemaViolation[] = [{ path: '', rule: 'json', message: 'must be JSON' }];

/** Checks records against their schema, and says which record breaks which rule in which field, but not its value. */
export class Verifier {
  private checked = 0;
  private invalid = 0;

  constructor(
    private readonly topic: string,
    private readonly validate: RecordValidator,
  ) {}

  get allValid(): boolean {
    return this.invalid === 0;
  }

  /** @returns a line for each rule that the record breaks; none if it is valid. */
  check(record: RawRecord, partition: number, value: Value): string[] {
    this.checked++;
    const violations = value.kind === 'json' ? this.validate(value.parsed) : NOT_JSON;
    if (violations.length > 0) this.invalid++;
    return violations.map(({ path, rule, message }) =>
      printable(`${this.topic} ${partition}@${record.offset}: ${path || '(record)'} ${message} [${rule}]`),
    );
  }

  /** The result so far. */
  text(): string {
    const records = (count: number) => `${grouped(count)} record${count === 1 ? '' : 's'}`;
    if (this.checked === 0) return `No records of ${this.topic}: nothing was checked`;
    if (this.allValid) return `${records(this.checked)} of ${this.topic} checked: all valid`;
    return `${records(this.checked)} of ${this.topic} checked: ${grouped(this.invalid)} NOT VALID`;
  }
}
