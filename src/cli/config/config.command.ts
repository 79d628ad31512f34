import { Command } from 'commander';
import { activeProfile, profileName } from '../../profiles/active-profile.js';
import { withHelp } from '../support/help.js';
import { commandSettings } from '../support/settings.js';
import { painter, printableJson } from '../support/terminal.js';
import { configText } from './config-text.js';
import { settingRows } from './setting-rows.js';

interface ConfigOptions {
  readonly changed?: true;
  readonly json?: true;
}

export function configCommand(): Command {
  const command = new Command('config')
    .summary('Shows the settings in force, and where each comes from.')
    .description(
      'Shows the settings in force and where each comes from: its variable, the profile, or the default. Secrets are hidden.',
    )
    .option('--changed', 'only those that are not at their default')
    .option('--json', 'machine-readable')
    .action(config);
  return withHelp(command, {
    examples: {
      config: 'all settings',
      'config --changed': 'what differs from the defaults here',
      'config --json | jq -r \'.settings[] | select(.source == "variable").name\'':
        'the variables that have an effect',
    },
  });
}

async function config({ changed, json }: ConfigOptions): Promise<void> {
  const settings = await commandSettings();
  const profile = profileName(settings.profile);
  const rows = settingRows(settings, process.env, activeProfile(settings.profile).settings).filter(
    ({ source }) => !changed || source !== 'default',
  );
  if (json) console.log(printableJson({ profile, settings: rows }, 2));
  else if (rows.length === 0) console.error('All settings are at their defaults.');
  else process.stdout.write(configText(rows, profile, painter()));
}
