import { readFile } from 'node:fs/promises';
import { InvalidArgumentError } from 'commander';
import { ERROR_TYPES } from '../../publishing/records/error-types.js';
import { CliError } from '../support/cli-error.js';
import { EditedValues } from './edited-values.js';
import type { PartitionOffsets } from './offset-range.js';
import { USAGE } from './redrive-options.js';
import type { Criteria } from './selection.js';

export interface CommandOptions {
  readonly reason?: readonly string[];
  readonly since?: number;
  readonly until?: number;
  readonly offsets?: readonly PartitionOffsets[];
  readonly source?: readonly PartitionOffsets[];
  readonly edited?: string;
  readonly all?: true;
  readonly dryRun?: true;
  readonly run?: string;
  readonly again?: true;
  readonly rate: number;
  readonly max?: number;
  readonly maxRedrives: number;
  readonly wait: number;
}

/** Options that say which dead letters are meant. */
export const CRITERIA = ['reason', 'since', 'until', 'offsets', 'source'] as const;

/** @throws CliError when nothing is said of which are meant, or the file of values is not right */
export async function criteriaOf(options: CommandOptions): Promise<Criteria> {
  const { reason, since, until, offsets, source } = options;
  const isSelective = CRITERIA.some((name) => options[name] !== undefined) || options.edited !== undefined;
  if (!isSelective && !options.all)
    throw new CliError(
      'Say which: --reason, --since, --until, --offsets, --source or --edited; or --all.',
      USAGE,
    );
  if (isSelective && options.all) throw new CliError('--all goes with no other criterion.', USAGE);
  return {
    reasons: reason ?? [],
    since: since ?? null,
    until: until ?? null,
    offsets: offsets ?? [],
    sources: source ?? [],
    edited: options.edited === undefined ? null : await readEdited(options.edited),
  };
}

async function readEdited(file: string): Promise<EditedValues> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new CliError(`The file cannot be read: ${error.message}`, USAGE);
  });
  const edited = EditedValues.parse(text);
  if (edited instanceof EditedValues) return edited;
  throw new CliError(`${file} is not right, so nothing was sent.\n${edited.join('\n')}`, USAGE);
}

/** @throws InvalidArgumentError */
export function parseReason(text: string, earlier: readonly string[] = []): string[] {
  if (!Object.hasOwn(ERROR_TYPES, text))
    throw new InvalidArgumentError(`It must be one of: ${Object.keys(ERROR_TYPES).join(', ')}.`);
  return [...earlier, text];
}

/** @throws InvalidArgumentError */
export function parseRun(text: string): string {
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(text))
    throw new InvalidArgumentError('It must be 1 to 64 of letters, digits, dot, underscore and hyphen.');
  return text;
}
