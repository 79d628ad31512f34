import { textRule } from './rule.js';

/** `too_long`. JSON Schema, too, counts code points; class-validator's own `MaxLength` does not. */
export function HasAtMost(max: number): PropertyDecorator {
  return textRule({
    name: 'too_long',
    holds: (text) => hasAtMost(text, max),
    schema: { maxLength: max },
    message: `$property must have at most ${max} characters.`,
  });
}

/** `too_short`. */
export function HasAtLeast(min: number): PropertyDecorator {
  return textRule({
    name: 'too_short',
    holds: (text) => codePoints(text) >= min,
    schema: { minLength: min },
    message: `$property must have at least ${min} characters.`,
  });
}

/** There are never more code points than code units, so most texts need no counting. */
export function hasAtMost(text: string, max: number): boolean {
  return text.length <= max || codePoints(text) <= max;
}

/** The number of Unicode code points; a lone surrogate counts as one. */
function codePoints(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1) count++;
  return count;
}
