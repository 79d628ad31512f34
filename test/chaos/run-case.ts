import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChaosCase, Size } from './case.js';
import type { Verdict } from './oracle/judge.js';
import { Stage } from './stage/stage.js';

export interface CaseResult {
  readonly name: string;
  readonly title: string;
  readonly profile: ChaosCase['profile'];
  readonly recounts: boolean;
  readonly seed: number;
  readonly seconds: number;
  readonly faults: number;
  /** Null when it did not come so far. */
  readonly verdict: Verdict | null;
  readonly error: Error | null;
  /** Where logs are, if something was wrong. */
  readonly folder: string;
}

export const isGood = ({ verdict, error }: CaseResult): boolean =>
  error === null &&
  verdict !== null &&
  verdict.lost.length + verdict.twice.length + verdict.unequal.length === 0;

/**
 * Runs one case from its broker's start to its verdict. Never rejects.
 *
 * @param keep the folder of the case, also when it is good
 */
export async function runCase(
  chaosCase: ChaosCase,
  seed: number,
  size: Size,
  keep = false,
): Promise<CaseResult> {
  const { name, title, profile, settings = {}, redis = false, recounts = false } = chaosCase;
  const began = performance.now();
  const over = new AbortController();
  const folder = await mkdtemp(join(tmpdir(), `login-stream-chaos-${name}-`));
  let stage: Stage | null = null;
  let [verdict, error]: [Verdict | null, Error | null] = [null, null];
  const deadline = deadlineOf(chaosCase.deadlineSeconds(size), over);
  try {
    const opened = await Stage.open({
      ...{ seed, profile, settings, redis, recounts, folder },
      signal: over.signal,
    });
    stage = opened;
    const played = chaosCase.play(opened, size).then(() => opened.judge());
    verdict = await Promise.race([played, deadline.passed]);
  } catch (reason) {
    error = reason instanceof Error ? reason : new Error(String(reason));
  } finally {
    deadline.clear();
    over.abort(new Error('The case is over'));
  }
  const seconds = Math.round((performance.now() - began) / 1000);
  const result = {
    ...{ name, title, profile, recounts, seed, seconds, verdict, error, folder },
    faults: stage?.faults ?? 0,
  };
  await stage?.close().catch((reason: Error) => (error ??= reason));
  if (isGood({ ...result, error }) && !keep) await rm(folder, { recursive: true, force: true });
  else await writeLogs({ ...result, error }, stage);
  return { ...result, error };
}

function deadlineOf(seconds: number, over: AbortController) {
  let timer: NodeJS.Timeout;
  const passed = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const late = new Error(`It took longer than ${seconds} s`);
      over.abort(late);
      reject(late);
    }, seconds * 1000);
  });
  passed.catch(() => undefined);
  return { passed, clear: () => clearTimeout(timer) };
}

async function writeLogs(result: CaseResult, stage: Stage | null): Promise<void> {
  const { folder, verdict, error } = result;
  await stage?.fleet.writeLogs(folder);
  const findings = { error: error?.stack, ...verdict };
  await writeFile(join(folder, 'findings.json'), JSON.stringify(findings, null, 2));
}
