import { _, Ajv } from 'ajv';
import type { KeywordCxt } from 'ajv';
import { loginSchema } from './login-schema.js';
import { hasAtMost } from './rules/code-points.js';
import { isIpAddress } from './rules/ip-address.js';
import { isWellFormed } from './rules/well-formed.js';

/** True if the content is a login by the rules of the DTO. */
export type LoginCheck = (content: unknown) => boolean;

/**
 * Compiles the rules of the DTO into one function, over twenty times as fast as class-validator. It says only
 * yes or no; `violationsOf` lists the reasons. Takes tens of milliseconds: call it once, at start.
 *
 * @throws Error if the rules cannot be compiled (an unknown keyword, an invalid schema)
 */
export function compileLoginCheck(): LoginCheck {
  const ajv = new Ajv({
    strict: true,
    allowUnionTypes: true,
    // A field that an object merely inherits is absent.
    ownProperties: true,
  });
  ajv.addFormat('ip', { type: 'string', validate: isIpAddress });
  addTextKeyword(ajv, 'wellFormed', 'boolean', isWellFormed);
  // The same meaning as ajv's own, which counts code points even when there are few enough code units.
  ajv.removeKeyword('maxLength');
  addTextKeyword(ajv, 'maxLength', 'number', hasAtMost);
  return ajv.compile(loginSchema());
}

/** A keyword as inlined code: for a keyword with a `validate` function, ajv makes an object at each call. */
function addTextKeyword<Value>(
  ajv: Ajv,
  keyword: string,
  schemaType: 'boolean' | 'number',
  holds: (text: string, value: Value) => boolean,
): void {
  ajv.addKeyword({
    keyword,
    type: 'string',
    schemaType,
    code(context: KeywordCxt) {
      const check = context.gen.scopeValue('func', { ref: holds });
      context.fail(_`!${check}(${context.data}, ${context.schema as boolean | number})`);
    },
  });
}
