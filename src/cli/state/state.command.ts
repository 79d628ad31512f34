import { Command } from 'commander';
import { backupCommand } from './backup.command.js';
import { forgetCommand } from './forget.command.js';
import { inspectCommand } from './inspect.command.js';
import { resetCommand } from './reset.command.js';

export function stateCommand(): Command {
  const command = new Command('state')
    .summary('Looks at, copies, removes what the service remembers; erases one user from it.')
    .description(
      'What the service remembers between logins: in STATE_DIR (STATE_STORE=embedded), or in Redis (STATE_STORE=redis). Give these ' +
        'commands the environment of the service, and run them where its STATE_DIR is, or where Redis can be reached.',
    );
  for (const each of [inspectCommand(), backupCommand(), resetCommand(), forgetCommand()])
    command.addCommand(each);
  return command;
}
