import { textRule } from './rule.js';

/** `blank`: empty, or nothing but white space as ECMAScript's `trim` has it (which is also what `\s` matches). */
export function IsNotBlank(): PropertyDecorator {
  return textRule({
    name: 'blank',
    holds: (text) => text.trim() !== '',
    schema: { pattern: '\\S' },
    message: '$property must not be blank.',
  });
}
