import { textRule } from './rule.js';

/**
 * `lone_surrogate`: half of a pair, as an escape like `\ud800` brings it. It has no UTF-8, so what is written
 * could not be what was read.
 */
export function IsWellFormed(): PropertyDecorator {
  return textRule({
    name: 'lone_surrogate',
    holds: isWellFormed,
    schema: { wellFormed: true },
    message: '$property must not contain a lone surrogate.',
  });
}

/** Node has this method since 20; the library of TypeScript's ES2023 does not know it. */
type ModernString = string & { isWellFormed(): boolean };

export function isWellFormed(text: string): boolean {
  return (text as ModernString).isWellFormed();
}
