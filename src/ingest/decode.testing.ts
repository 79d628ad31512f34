import { InputSettings } from '../config/input.settings.js';
import { Rejected } from '../pipeline/outcome.js';
import type { RawRecord } from '../pipeline/raw-record.js';
import { Decoder } from './decoder.js';

const record = (value: Buffer | null): RawRecord => ({
  offset: '0',
  timestamp: '1729894075000',
  key: null,
  value,
});

/** What the decoder makes of a value, with the default settings but for some. */
export function decode(value: string | Buffer | null, settings: Partial<InputSettings> = {}): unknown {
  const decoder = new Decoder(Object.assign(new InputSettings(), settings));
  return decoder.decode(record(typeof value === 'string' ? Buffer.from(value) : value));
}

/** The same, of a value that must be rejected. */
export function rejection(value: string | Buffer | null, settings: Partial<InputSettings> = {}): Rejected {
  const decoded = decode(value, settings);
  if (!(decoded instanceof Rejected)) throw new Error('The value was decoded.');
  return decoded;
}

/** Objects in objects. */
export const nested = (levels: number) => '{"a":'.repeat(levels - 1) + '{}' + '}'.repeat(levels - 1);

/** Where fields are kept. */
export const KEEP = { unknownFields: 'keep' } as const;
