import { InvalidArgumentError } from 'commander';

export interface NumberRange {
  readonly least: number;
  /** Default: no limit. */
  readonly most?: number;
  /** Whole numbers only. */
  readonly whole?: boolean;
}

/** Parses an option's number; what is not in the range is wrong usage. */
export function numberOption({ least, most = Infinity, whole = false }: NumberRange) {
  return (text: string): number => {
    const value = text.trim() === '' ? NaN : Number(text);
    if (value >= least && value <= most && (whole ? Number.isSafeInteger(value) : Number.isFinite(value)))
      return value;
    const range = most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`;
    throw new InvalidArgumentError(`It must be a ${whole ? 'whole ' : ''}number ${range}.`);
  };
}
