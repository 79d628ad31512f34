import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

/** The parts of an output stream that decide how text looks on it. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export type Paint = (format: Format, text: string) => string;

const PLAIN: Paint = (_, text) => text;
const COLOURED: Paint = (format, text) => styleText(format, text, { validateStream: false });
const DEFAULT_WIDTH = 80;

/** Colours and styles on a terminal; the text as it is elsewhere, and wherever `NO_COLOR` is set (no-color.org). */
export function painter(output: Output = process.stdout, env: NodeJS.ProcessEnv = process.env): Paint {
  return output.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb' ? COLOURED : PLAIN;
}

/** Columns of a terminal; undefined elsewhere: what goes into a pipe is not cut. */
export function widthOf(output: Output = process.stdout): number | undefined {
  return output.isTTY === true ? output.columns || DEFAULT_WIDTH : undefined;
}

/** Text of others, made harmless to a terminal: control characters (tab and newline too) as `\u` escapes. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, escaped);
}

/** JSON for people: the same escapes, which JSON.stringify leaves as they are above U+001F. It stays JSON. */
export function printableJson(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, null, indent);
  return text.replace(/[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, escaped);
}

const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
