import { Command } from 'commander';
import type { Settings } from '../../config/settings.js';
import type { Erasure } from '../../recovery/erasure.js';
import { AdminClient, httpUrl } from '../support/admin-client.js';
import { CliError } from '../support/cli-error.js';
import { withHelp } from '../support/help.js';
import { loadForCommand } from '../support/settings.js';
import type { CommandEnvironment } from '../support/settings.js';
import { eraseOffline } from './erase-offline.js';
import { holderOf, withLockedState } from './state-holder.js';
import { stateDirectory } from './state-place.js';
import { userIdFrom } from './user-id.js';
import { whatRemains } from './what-remains.js';

interface ForgetOptions {
  readonly userFile?: string;
  readonly url?: URL;
}

export function forgetCommand(): Command {
  const command = new Command('forget')
    .summary('Erases one user from the state.')
    .description(
      'Erases one user from what the service remembers: the row, the session, addresses and locales, and the mark on devices. While ' +
        'the service runs it is asked over HTTP, with the token of ADMIN_TOKEN or ADMIN_TOKEN_FILE, and answers when no file of ' +
        'STATE_DIR has the user any more, or says why that takes longer. While nothing runs, the erasure is noted in STATE_DIR, and ' +
        'the next start does it before it goes on. With STATE_STORE=redis it is erased from Redis, whether instances run or not; --url asks ' +
        'one of them to do it. Says what remains elsewhere.',
    )
    .argument('[user_id]', 'as in the records; - reads it from standard input')
    .option('--user-file <file>', 'read it from a file: so it is not in the history of the shell')
    .option('--url <url>', 'where the service is (default: HTTP_PORT of this machine)', httpUrl)
    .action(run);
  return withHelp(command, {
    examples: {
      'state forget --user-file user.txt': 'the user whose id is the only line of the file',
      'state forget - < user.txt': 'the same',
      'state forget 8cc1b9ba-1f5e-4b1b-a3ad-4a0c5bf1e6c4': 'the id is in the history of the shell then',
      'state forget - --url http://login-stream-0.login-stream:3000': 'in a service elsewhere',
    },
    exitCodes: {
      0: 'erased, or to be erased at the next start; also when there was nothing of that user',
      78: 'bad settings, or no token: standard error lists them',
    },
  });
}

/** What became of a user who is to be erased. */
interface Done {
  readonly text: string;
  /** The state is in Redis. */
  readonly isShared: boolean;
}

async function run(argument: string | undefined, { userFile, url }: ForgetOptions): Promise<void> {
  const userId = await userIdFrom(argument, userFile);
  const environment = await loadForCommand();
  const { settings } = environment;
  const { text, isShared } =
    url === undefined
      ? await eraseHere(environment, userId)
      : doneText(await eraseThere(settings, userId, url));
  console.log(`${text}\n${whatRemains(settings, isShared)}`);
}

/** @throws CliError; InvalidSettingsError and RedisAway with STATE_STORE=redis */
async function eraseHere(environment: CommandEnvironment, userId: string): Promise<Done> {
  const { settings } = environment;
  if (settings.state.stateStore === 'redis') {
    const { eraseFromRedis } = await import('./redis/erase-in-redis.js');
    const known = await eraseFromRedis(environment, userId);
    return doneText({ known, filesClean: null, until: null });
  }
  const directory = await stateDirectory(settings.state);
  if (directory === null)
    throw new CliError(
      `There is no state in ${settings.state.stateDir} (STATE_DIR). Where the service runs elsewhere, give its address with --url.`,
    );
  if ((await holderOf(directory.path)) !== null) return doneText(await eraseThere(settings, userId));
  const isNoted = await withLockedState(directory.path, () => eraseOffline(directory, userId));
  const text = isNoted
    ? 'The service does not run. The erasure is noted in STATE_DIR: the next start erases the user before it goes on, and then the files that have the user.'
    : `There is no state in ${directory.path}: nothing is remembered of any user.`;
  return { text, isShared: false };
}

const eraseThere = (settings: Settings, userId: string, url?: URL): Promise<Erasure> =>
  AdminClient.of(settings, url).post<Erasure>('api/state/forget', { user_id: userId });

function doneText({ known, filesClean, until }: Erasure): Done {
  const state = known ? 'The user is erased from the state.' : 'The state had no row of that user.';
  const files = filesClean ? 'No file of STATE_DIR has anything of the user any more.' : until;
  return { text: files === null ? state : `${state} ${files}`, isShared: filesClean === null };
}
