import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { userKeysOf } from '../../src/analytics/login-tables.js';
import { openCheckpoint } from '../../src/analytics/durable/checkpoint-reader.js';
import { StateDirectory } from '../../src/analytics/durable/state-directory.js';
import type { StateFile } from '../../src/analytics/durable/state-directory.js';
import { readJournal } from '../../src/analytics/durable/read-journal.js';
import type { Inspection } from '../../src/cli/state/inspection.js';
import type { StateScenario } from '../state/state-scenario.js';
import { runCommand } from './run-command.js';
import type { CommandInput, CommandResult } from './run-command.js';

/** `login-stream state …` with the settings of a scenario. */
export function stateCommand(
  { settings, stateDir }: StateScenario,
  args: readonly string[],
  { env, ...input }: CommandInput = {},
): Promise<CommandResult> {
  return runCommand(['state', ...args], { ...input, env: { ...settings, STATE_DIR: stateDir, ...env } });
}

export interface InspectionJson extends Inspection {
  readonly directory: string;
  readonly held_by: { readonly pid: number; readonly host: string; readonly since: string } | null;
  readonly verified: boolean;
}

export async function inspected(
  scenario: StateScenario,
  env: Record<string, string> = {},
): Promise<InspectionJson> {
  const { exit, stdout, stderr } = await stateCommand(scenario, ['inspect', '--json', '--verify'], { env });
  if (exit !== 0) throw new Error(`inspect has ended with ${exit}: ${stdout}${stderr}`);
  return JSON.parse(stdout) as InspectionJson;
}

/** What the newest checkpoint has counted. */
export async function countedBy(scenario: StateScenario): Promise<object> {
  const [{ checkpoint }] = (await inspected(scenario)).generations;
  return checkpoint!.figures;
}

export async function newest(directory: string, file: StateFile): Promise<string> {
  const files = StateDirectory.at(directory);
  return files.pathOf(file, (await files.list()).find((generation) => generation[file])!.number);
}

/** Changes a byte of a file. */
export function damage(path: string, position: number): void {
  const bytes = readFileSync(path);
  bytes[position] ^= 0xff;
  writeFileSync(path, bytes);
}

export async function hasErasure(directory: string): Promise<boolean> {
  for (const { number, journal } of await StateDirectory.at(directory).list()) {
    if (!journal) continue;
    const { entries } = await readJournal(StateDirectory.at(directory).pathOf('journal', number));
    if (entries.some(({ kind }) => kind === 'forget')) return true;
  }
  return false;
}

/** Finds a user in files by the hashes that stand for the name. */
export class UserTrace {
  private readonly patterns: readonly Buffer[];

  private constructor(
    private readonly directory: string,
    userId: string,
    key: readonly [number, number],
  ) {
    const { hi, lo, deviceHi, deviceLo } = userKeysOf(userId, key);
    this.patterns = [
      Buffer.from(Int32Array.of(hi, lo).buffer),
      Buffer.from(Int32Array.of(lo, hi).buffer),
      Buffer.from(Int32Array.of(deviceHi, deviceLo).buffer),
      Buffer.from(Int32Array.of(deviceLo, deviceHi).buffer),
      Buffer.from(userId),
    ];
  }

  static async of(directory: string, userId: string): Promise<UserTrace> {
    const checkpoint = await openCheckpoint(await newest(directory, 'checkpoint'));
    await checkpoint.close();
    return new UserTrace(directory, userId, checkpoint.facts.key as [number, number]);
  }

  /** Names of the files that have any of them. */
  files(): string[] {
    return readdirSync(this.directory).filter((name) => {
      const content = contentOf(join(this.directory, name));
      return this.patterns.some((pattern) => content.includes(pattern));
    });
  }
}

/** Empty when it has just been deleted. */
function contentOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return Buffer.alloc(0);
  }
}
