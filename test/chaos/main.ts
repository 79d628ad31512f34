import { tmpdir } from 'node:os';
import { CASES } from './cases/index.js';
import { writeDocs } from './docs.js';
import { readOptions, USAGE } from './options.js';
import type { Options } from './options.js';
import { reportOf } from './report.js';
import { isGood, runCase } from './run-case.js';
import type { CaseResult } from './run-case.js';

async function run({ cases, seed, size, docs, keep }: Options): Promise<boolean> {
  const results: CaseResult[] = [];
  for (const each of cases) {
    const result = await runCase(each, seed, size, keep);
    results.push(result);
    console.log(reportOf(result));
  }
  const passed = results.filter(isGood).length;
  console.log(`${passed} passed, ${results.length - passed} failed`);
  if (docs) await writeDocs(CASES, results);
  return passed === results.length;
}

function read(): Options {
  try {
    return readOptions(process.argv.slice(2), CASES);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    process.exit(64);
  }
}

// Jest gives each service of a spec a directory below this one; here every case has its own.
process.env.TEST_STATE_DIR ??= tmpdir();

const options = read();
if (options.list) for (const { name, does } of options.cases) console.log(`${name.padEnd(22)} ${does}`);
else process.exitCode = (await run(options)) ? 0 : 1;
// A connection that a client has forgotten to end must not keep the process alive.
process.exit();
