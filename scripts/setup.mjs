/**
 * Makes a fresh clone ready: installs what package-lock.json says and builds, each only when something has changed.
 * Runs before every command, so it must work without any dependency and cost next to nothing when all is done.
 *
 *   node scripts/setup.mjs            installs
 *   node scripts/setup.mjs --build    installs and builds
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LEAST_NODE = [20, 19];
const root = fileURLToPath(new URL('..', import.meta.url));
const at = (...path) => join(root, ...path);

checkNode();
once(
  at('node_modules', '.login-stream-installed'),
  'Installing dependencies',
  fileHash('package-lock.json'),
  () => run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']),
);
if (process.argv.includes('--build')) {
  const sources = treeHash(
    'src',
    'tsconfig.json',
    'tsconfig.build.json',
    'nest-cli.json',
    'package-lock.json',
  );
  once(at('dist', '.login-stream-built'), 'Building', sources, () => {
    // Built beside and then put in place: a build that fails leaves the last good one.
    const fresh = at(`.dist-${process.pid}`);
    const tsc = at('node_modules', 'typescript', 'bin', 'tsc');
    run(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', fresh], () =>
      rmSync(fresh, { recursive: true, force: true }),
    );
    rmSync(at('dist'), { recursive: true, force: true });
    renameSync(fresh, at('dist'));
  });
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1])) return;
  console.error(`This needs Node.js ${LEAST_NODE.join('.')} or newer; it runs on ${process.versions.node}.`);
  process.exit(1);
}

/** Does the work unless the marker says that it was done for the same state. */
function once(marker, what, state, work) {
  if (existsSync(marker) && readFileSync(marker, 'utf8') === state) return;
  console.error(`${what} …`);
  work();
  writeFileSync(marker, state);
}

function run(command, args, cleanUp = () => undefined) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (status === 0) return;
  cleanUp();
  console.error(error ? `${command}: ${error.message}` : `${command} ${args[0]} has failed; see above.`);
  process.exit(1);
}

function fileHash(name) {
  return createHash('sha256')
    .update(readFileSync(at(name)))
    .digest('hex');
}

/** Changes when a file below is added, removed or edited. Specs are not built. */
function treeHash(...names) {
  const hash = createHash('sha256');
  const add = (name) => {
    if (!existsSync(at(name))) return;
    if (statSync(at(name)).isDirectory())
      readdirSync(at(name))
        .sort()
        .forEach((entry) => add(join(name, entry)));
    else if (!/(spec|testing)\.ts$/.test(name)) hash.update(name).update(readFileSync(at(name)));
  };
  names.forEach(add);
  return hash.digest('hex');
}
