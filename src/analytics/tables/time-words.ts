const WORD = 2 ** 32;

/** The low 32 bits of a time (or of any whole number up to 2^53), as a signed number. */
export const lowWord = (time: number): number => time | 0;

/** What is above them. */
export const highWord = (time: number): number => Math.floor(time / WORD);

export const fromWords = (low: number, high: number): number => high * WORD + (low >>> 0);
