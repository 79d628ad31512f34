import type { Command } from 'commander';

export interface CommandHelp {
  /** Command line (without `login-stream `) → what it is for. */
  readonly examples: Readonly<Record<string, string>>;
  /** Exit code → when, without those that every command has. */
  readonly exitCodes?: Readonly<Record<number, string>>;
}

/** Adds examples and exit codes to a command's help, in the form that all commands share. */
export function withHelp(command: Command, { examples, exitCodes = {} }: CommandHelp): Command {
  const codes = {
    0: 'done',
    1: 'wrong usage, or something failed: standard error says what',
    78: 'bad settings: standard error lists them',
    ...exitCodes,
  };
  const shown = Object.entries(examples).map(([line, what]) => `  login-stream ${line}\n      ${what}`);
  const lines = Object.entries(codes).map(([code, when]) => `  ${code.padStart(2)}  ${when}`);
  return command.addHelpText('after', `\nExamples:\n${shown.join('\n')}\n\nExit codes:\n${lines.join('\n')}`);
}
