import ts from 'typescript';
import type { JsonSchema } from '../json-schema.js';

/** What comments say about a value beyond its type: the text, and the tags below. */
export interface Annotations {
  readonly keywords: JsonSchema;
  /** `@integer`: of the numbers, only whole ones. */
  readonly integer: boolean;
  /** `@keys TypeName` or `@keys ^pattern$`: which keys a record of values may have. */
  readonly keys?: string;
}

const NUMBERS = ['minimum', 'maximum', 'exclusiveMinimum', 'minLength', 'maxLength', 'minItems', 'maxItems'];
const TEXTS = ['pattern', 'format'];

/** Reads the comment of a declaration. A tag that means nothing here is a mistake, and throws. */
export function annotationsOf(symbol: ts.Symbol, checker: ts.TypeChecker): Annotations {
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker));
  const keywords: Record<string, unknown> = {};
  if (text !== '') keywords.description = plain(text);
  let integer = false;
  let keys: string | undefined;
  for (const tag of symbol.getJsDocTags(checker)) {
    const value = ts.displayPartsToString(tag.text);
    if (tag.name === 'integer') integer = true;
    else if (tag.name === 'keys') keys = value;
    else if (NUMBERS.includes(tag.name) && Number.isFinite(Number.parseFloat(value)))
      keywords[tag.name] = Number(value);
    else if (TEXTS.includes(tag.name) && value !== '') keywords[tag.name] = value;
    else throw new Error(`${symbol.name} has the tag "@${tag.name} ${value}", which is none for a schema.`);
  }
  return { keywords, integer, keys };
}

/** One line, with the names of links instead of the links. */
const plain = (text: string): string => text.replace(/\{@link (\w+) ?\}/g, '`$1`').replace(/\s+/g, ' ');
