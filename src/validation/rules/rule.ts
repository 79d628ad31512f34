import { ValidateBy } from 'class-validator';

/**
 * One rule about the value of a field, in both of its forms. What `holds` and `schema` accept must be the same
 * values; the differential test of the compiled check shows whether they are.
 */
export interface Rule {
  /** Machine word, snake_case, that names the failure: `blank`, `too_long`. It becomes `Violation.rule`. */
  readonly name: string;
  /** For class-validator. A rule about strings must hold for all else: that is another rule's business. */
  readonly holds: (value: unknown) => boolean;
  /** For the compiled check: a fragment of JSON Schema. Fragments of one field must not share a keyword, but `type`. */
  readonly schema: SchemaFragment;
  /** A sentence for people; `$property` is the field. It must not contain the value. */
  readonly message: string;
}

/** Keywords of JSON Schema, and our own (see `compiled-check.ts`). */
export type SchemaFragment = Readonly<Record<string, unknown>>;

/** A class-validator decorator for a rule. The schema travels along as its constraint. */
export function rule({ name, holds, schema, message }: Rule): PropertyDecorator {
  return ValidateBy({
    name,
    constraints: [schema],
    validator: { validate: holds, defaultMessage: () => message },
  });
}

/** A rule that judges strings only. */
export function textRule(
  definition: Omit<Rule, 'holds'> & { holds: (text: string) => boolean },
): PropertyDecorator {
  const { holds } = definition;
  return rule({ ...definition, holds: (value) => typeof value !== 'string' || holds(value) });
}

/** True for a field that is absent or null: `missing` says so, and no other rule adds to it. */
export function isMissing(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}
