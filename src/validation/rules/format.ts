import { textRule } from './rule.js';

/**
 * `bad_format`: the string is not of the form that a pattern describes.
 *
 * @param pattern a regular expression, anchored at both ends
 * @param description ends the sentence "… must be"
 */
export function HasFormat(pattern: string, description: string): PropertyDecorator {
  // The flag is the one that JSON Schema asks for.
  const expression = new RegExp(pattern, 'u');
  return textRule({
    name: 'bad_format',
    holds: (text) => expression.test(text),
    schema: { pattern },
    message: `$property must be ${description}.`,
  });
}
