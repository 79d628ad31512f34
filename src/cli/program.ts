import { Command } from 'commander';
import { configCommand } from './config/config.command.js';
import { demoCommand } from './demo/demo.command.js';
import { explainCommand } from './explain/explain.command.js';
import { generateCommand } from './generate/generate.command.js';
import { groupsCommand } from './groups/groups.command.js';
import { resumeCommand } from './resume/resume.command.js';
import { redriveCommand } from './redrive/redrive.command.js';
import { stateCommand } from './state/state.command.js';
import { tailCommand } from './tail/tail.command.js';
import { SERVICE_VERSION } from '../metrics/service-version.js';
import { topicsCommand } from './topics/topics.command.js';

/** The program with all its commands, for the command line and for the documentation. */
export function createProgram(): Command {
  const program = new Command('login-stream')
    .description('Validated, enriched, privacy-safe login records on Kafka, exactly once.')
    .version(SERVICE_VERSION)
    .configureHelp({ subcommandDescription: (command) => command.summary() || firstSentence(command) });
  const commands = [
    ...[demoCommand(), generateCommand(), tailCommand(), explainCommand()],
    ...[configCommand(), topicsCommand(), groupsCommand(), resumeCommand(), redriveCommand(), stateCommand()],
  ];
  commands.forEach((command) => program.addCommand(command));
  for (const command of withSubcommands(program))
    command.showHelpAfterError('(--help shows all options, with examples)');
  return program;
}

/** A command and all below it, in the order of the help. */
export function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

const firstSentence = (command: Command): string => /^.*?[.](?= |$)/.exec(command.description())?.[0] ?? '';
