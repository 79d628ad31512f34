import type { Settings } from '../../config/settings.js';
import type { LoadedExtension } from '../../extensions/extension.js';
import { loadWithExtensions } from '../../extensions/load-with-extensions.js';
import { PROFILES } from '../../profiles/profiles.js';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-codes.js';

/**
 * The settings of the environment, as the service would read them; warnings go to standard error.
 *
 * @throws InvalidSettingsError
 */
export async function commandSettings(env: NodeJS.ProcessEnv = process.env): Promise<Settings> {
  return (await loadForCommand(env)).settings;
}

/** The settings, and the extensions that bring some of them. */
export interface CommandEnvironment {
  readonly settings: Settings;
  readonly extensions: readonly LoadedExtension[];
}

/**
 * What the environment says, with warnings on standard error.
 *
 * @throws InvalidSettingsError
 */
export async function loadForCommand(env: NodeJS.ProcessEnv = process.env): Promise<CommandEnvironment> {
  const { settings, extensions, warnings } = await loadWithExtensions(env, {
    profiles: PROFILES,
    stdoutIsTty: process.stdout.isTTY === true,
  });
  for (const warning of warnings) console.error(`Warning: ${warning}`);
  return { settings, extensions };
}

/**
 * `host:port` of the brokers that a command talks to.
 *
 * @throws CliError when none are configured
 */
export function configuredBrokers({ kafka }: Settings): readonly string[] {
  if (kafka.brokers !== 'embedded') return kafka.brokers;
  throw new CliError(
    'No cluster is configured. Set KAFKA_BROKERS to the addresses of its brokers, for example\n' +
      '  KAFKA_BROKERS=localhost:9092\n' +
      '"npm run demo" and "npm start" print the address of the broker that they run.',
    EXIT.settings,
  );
}
