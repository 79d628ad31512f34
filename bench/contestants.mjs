import { basename, dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PROFILES } from '../dist/profiles/profiles.js';

const pathOf = (file) => fileURLToPath(new URL(file, import.meta.url));

/**
 * Who runs, in this order. The first is the yardstick. `judges`: whether it sorts records into output, filtered and
 * error topic, or copies all of them to the output.
 */
export const CONTESTANTS = [
  { name: 'copy loop', judges: false, command: () => [process.execPath, pathOf('loops/copy.mjs')] },
  { name: 'plain kafkajs', judges: true, command: () => [process.execPath, pathOf('loops/plain.mjs')] },
  {
    name: 'login-stream, exactly-once',
    judges: true,
    command: ({ profile }) => service(profile),
    env: { DELIVERY: 'exactly-once' },
  },
  {
    name: 'login-stream, at-least-once',
    judges: true,
    command: () => service(),
    env: { DELIVERY: 'at-least-once' },
  },
];

export const EXACTLY_ONCE = CONTESTANTS[2];

/** Every profile with the yardstick: the records of the standard one, and what the others write instead or besides. */
export const PROFILE_CONTESTANTS = [
  CONTESTANTS[0],
  ...Object.keys(PROFILES).map((profile) => ({
    name: `profile ${profile}`,
    judges: true,
    command: () => service(),
    // The input is a backlog: by its age most of it would be filtered, and nothing of the rest measured.
    env: { PROFILE: profile, MAX_MESSAGE_AGE_SECONDS: '0' },
  })),
];

/** The command that users start. Settings are the defaults, but for where things are. */
function service(profile) {
  return [process.execPath, ...profiling(profile), pathOf('../dist/main.js')];
}

function profiling(file) {
  if (file === undefined) return [];
  const path = resolve(file);
  return ['--cpu-prof', `--cpu-prof-dir=${dirname(path)}`, `--cpu-prof-name=${basename(path)}`];
}
