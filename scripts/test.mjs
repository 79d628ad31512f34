/**
 * Everything that a change must pass, in the order of what it costs. Ends with `N passed, N failed` for all of it.
 *
 *   node scripts/test.mjs            checks, unit specs, and what needs a broker
 *   node scripts/test.mjs --quick    without what needs a broker
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (name, ...path) => join(root, 'node_modules', name, ...path);
const reports = mkdtempSync(join(tmpdir(), 'login-stream-reports-'));
const total = { passed: 0, failed: 0 };

check('format', bin('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level=warn', '.');
check('lint and import boundaries', bin('eslint', 'bin', 'eslint.js'), '--max-warnings=0', '.');
check('types', bin('typescript', 'bin', 'tsc'), '-p', 'tsconfig.json');
check('generated documentation', join(root, 'scripts', 'generate-docs.mjs'), '--check');
specs('unit specs', 'jest.config.mjs', '--maxWorkers=100%');
if (!process.argv.includes('--quick')) {
  specs('integration specs', 'jest.integration.config.mjs', '--runInBand');
  // Not for its figures, which a busy machine spoils, but for its counts: every contestant's records are complete.
  if (process.platform === 'linux') {
    check('bench, short form', join(root, 'bench', 'main.mjs'), '--short');
    check('soak, short form', join(root, 'bench', 'soak.mjs'), '--short');
  } else console.log('Bench and soak read /proc and run on Linux only.');
}

rmSync(reports, { recursive: true, force: true });
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;

function check(what, ...command) {
  console.log(`== ${what}`);
  count(run(...command) === 0);
}

/** A suite that could not be loaded, or that has no test, is a failure like any other. */
function specs(what, config, ...options) {
  console.log(`== ${what}`);
  const report = join(reports, `${config}.json`);
  const jest = ['--experimental-vm-modules', '--no-warnings', bin('jest', 'bin', 'jest.js')];
  const status = run(...jest, '-c', config, '--json', `--outputFile=${report}`, ...options);
  let result = { numPassedTests: 0, numFailedTests: 0, numRuntimeErrorTestSuites: 0, numPendingTests: 0 };
  try {
    result = JSON.parse(readFileSync(report, 'utf8'));
  } catch (error) {
    console.error(`${what}: no report: ${error.message}`);
  }
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites + result.numPendingTests;
  total.passed += result.numPassedTests;
  total.failed += failed;
  if (failed === 0 && (status !== 0 || result.numPassedTests === 0)) total.failed++;
}

function run(...args) {
  // The report goes to its file; jest's other output is on standard error.
  return spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] }).status;
}

function count(passed) {
  if (passed) total.passed++;
  else total.failed++;
}
