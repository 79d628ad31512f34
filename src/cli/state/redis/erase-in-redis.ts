import { forgetUser } from '../../../analytics/redis/forget-user.js';
import { SharedState } from '../../../analytics/redis/shared-state.js';
import { readKind } from '../../../analytics/redis/stored-state.js';
import { CliError } from '../../support/cli-error.js';
import type { CommandEnvironment } from '../../support/settings.js';
import { commandAccess } from './command-redis.js';
import { wantedLayout } from './wanted-state.js';

/**
 * Erases a user as an instance does, whether one runs or not.
 *
 * @returns whether there was a row of the user
 * @throws InvalidSettingsError when the state is not what these settings want; RedisAway; CliError when there is none
 */
export async function eraseFromRedis(environment: CommandEnvironment, userId: string): Promise<boolean> {
  const { redis: settings, kafka } = environment.settings;
  const group = kafka.groupId;
  const access = commandAccess(settings);
  // Nothing is published here, so there is no number to tell.
  const origin = { clusterId: null, lastSummary: () => Promise.resolve(0) };
  const state = new SharedState(access, group, await wantedLayout(environment), origin);
  const { connection } = state;
  try {
    if ((await connection.first((redis) => readKind(redis, group))) === null)
      throw new CliError(
        `There is no state of group ${group} in Redis at ${connection.address}: nothing is remembered of any user.`,
      );
    await state.open();
    return await forgetUser(state, userId);
  } finally {
    connection.close();
  }
}
