/**
 * How the text of a variable becomes a value, and which values are accepted. The same object serves the
 * loader, the error message and the documentation, so they cannot disagree.
 */
export interface Rule {
  /** Completes "NAME must be …". It never repeats a value. */
  readonly accepted: string;
  /** Never throws: text that is no such value is returned as it is, and then not accepted. */
  convert(text: string): unknown;
  accepts(value: unknown): boolean;
}

/** A rule for text that is used as it is. */
export function text(accepted: string, accepts: (value: string) => boolean = (value) => value !== ''): Rule {
  return {
    accepted,
    convert: (value) => value,
    accepts: (value) => typeof value === 'string' && accepts(value),
  };
}

/** Decimal digits only: `1e3`, `0x10`, `+5` and `007` are more often a mistake than meant. */
export function integer(min: number, max: number): Rule {
  return {
    accepted: `an integer from ${min} to ${max}`,
    convert: (value) => (/^(0|[1-9]\d*)$/.test(value) ? Number(value) : value),
    accepts: (value) => typeof value === 'number' && value >= min && value <= max,
  };
}

/** Words are compared case-insensitively (`TRUE`, `SCRAM-SHA-256` in Kafka's own documentation). */
export function flag(): Rule {
  const values: Readonly<Record<string, boolean>> = { true: true, '1': true, false: false, '0': false };
  return {
    accepted: 'true, false, 1 or 0',
    convert: (value) => values[value.toLowerCase()] ?? value,
    accepts: (value) => typeof value === 'boolean',
  };
}

/** One of at least two words; the value is in lower case. */
export function oneOf(words: readonly string[]): Rule {
  return {
    accepted: `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`,
    convert: (value) => value.toLowerCase(),
    accepts: (value) => typeof value === 'string' && words.includes(value),
  };
}

/** A list separated by commas, white space around items ignored, or one word that stands for no list. */
export function listOr(word: string, items: string, acceptsItem: (item: string) => boolean): Rule {
  return {
    accepted: `${word}, or ${items} separated by commas`,
    convert: (value) => (value.trim() === word ? word : value.split(',').map((item) => item.trim())),
    accepts: (value) => value === word || (Array.isArray(value) && value.every(acceptsItem)),
  };
}

/** A list separated by commas, white space around items ignored. */
export function list(items: string, acceptsItem: (item: string) => boolean = (item) => item !== ''): Rule {
  return {
    accepted: `${items}, separated by commas`,
    convert: (value) => value.split(',').map((item) => item.trim()),
    accepts: (value) => Array.isArray(value) && value.every(acceptsItem),
  };
}
