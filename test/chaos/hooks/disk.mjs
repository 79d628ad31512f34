/**
 * Preloaded into a process of the service: writes below its STATE_DIR fail as on a full disk, or take long, as long as the file of
 * CHAOS_DISK says `full`, or `slow` and a number of milliseconds.
 */
import fs, { readFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { resolve, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const below = resolve(process.env.STATE_DIR) + sep;
const { open, rename } = fs.promises;

const isOurs = (path) => resolve(String(path)).startsWith(below);

const mode = () => {
  try {
    return readFileSync(process.env.CHAOS_DISK, 'utf8').trim();
  } catch {
    return '';
  }
};

async function suffer(syscall, path) {
  const now = mode();
  if (now.startsWith('slow ')) await sleep(Number(now.slice(5)));
  if (now !== 'full') return;
  const text = `ENOSPC: no space left on device, ${syscall} '${path}'`;
  throw Object.assign(new Error(text), { code: 'ENOSPC', errno: -28, syscall, path });
}

fs.promises.open = async (path, flags, ...rest) => {
  const writes = flags !== undefined && flags !== 'r';
  if (isOurs(path) && writes) await suffer('open', path);
  const file = await open(path, flags, ...rest);
  if (!isOurs(path) || !writes) return file;
  for (const name of ['write', 'writev', 'writeFile', 'appendFile', 'sync', 'datasync']) {
    const real = file[name].bind(file);
    file[name] = async (...given) => {
      await suffer(name, path);
      return real(...given);
    };
  }
  return file;
};

fs.promises.rename = async (from, to) => {
  if (isOurs(to)) await suffer('rename', to);
  return rename(from, to);
};
syncBuiltinESMExports();
