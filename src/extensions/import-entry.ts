import { inspect } from 'node:util';
import { withDeadline } from '../kafka/deadline.js';
import { isPath, locate } from './locate.js';

/** A module that waits for something at its top level may wait for ever. */
const IMPORT_TIMEOUT_MS = 30_000;

/** What is wrong with an entry of `PROCESSOR_MODULES`: a phrase that follows its name, and what to do. */
export class ExtensionProblem extends Error {
  override readonly name = 'ExtensionProblem';
}

/**
 * Imports the module that `entry` names.
 *
 * @returns what it exports
 * @throws ExtensionProblem when it cannot be found or throws while it is loaded
 */
export async function importEntry(
  entry: string,
  directory: string,
): Promise<Readonly<Record<string, unknown>>> {
  const url = find(entry, directory);
  try {
    return (await withDeadline('its import', IMPORT_TIMEOUT_MS, import(url))) as Record<string, unknown>;
  } catch (error) {
    throw new ExtensionProblem(`cannot be loaded: ${firstLine(error)}${adviceFor(error)}`);
  }
}

/** The address of the module. */
function find(entry: string, directory: string): string {
  let reason: unknown;
  try {
    for (const candidate of locate(entry, directory)) {
      try {
        return import.meta.resolve(candidate);
      } catch (error) {
        reason ??= error;
        if (!isMissingPackage(error, entry)) break;
      }
    }
  } catch (error) {
    reason = error;
  }
  const advice = isPath(entry)
    ? 'Is it built? Paths are relative to the working directory.'
    : 'Install it where the service is or in the working directory; a path starts with ./ or /.';
  throw new ExtensionProblem(`cannot be found: ${firstLine(reason)}. ${advice}`);
}

/** The package itself is not there, rather than a file of it. */
const isMissingPackage = (error: unknown, name: string): boolean =>
  codeOf(error) === 'ERR_MODULE_NOT_FOUND' &&
  firstLine(error).startsWith(`Cannot find package '${name.split('/')[0]}`);

function adviceFor(error: unknown): string {
  switch (codeOf(error)) {
    case 'ERR_MODULE_NOT_FOUND':
      if (!firstLine(error).startsWith('Cannot find package')) return '. Is it built?';
      return '. What an extension depends on must be installed beside it (npm install).';
    case 'MODULE_NOT_FOUND':
      return '. An extension must be an ES module ("type": "module"), and have installed what it depends on.';
    default:
      return '';
  }
}

const codeOf = (error: unknown): unknown => (error as Partial<NodeJS.ErrnoException> | null)?.code;
const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : inspect(error)).split('\n')[0].replace(/\.$/, '');
