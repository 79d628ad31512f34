/** Exit code of a process that was started with bad settings: `EX_CONFIG` of BSD's sysexits.h. */
export const EX_CONFIG = 78;

/** The settings cannot be used. The message lists all that is wrong, by variable, and shows no value but the entries of `PROCESSOR_MODULES`. */
export class InvalidSettingsError extends Error {
  override readonly name = 'InvalidSettingsError';

  /**
   * @param problems one phrase per problem, starting with the name of the variable; at least one
   * @param warnings sentences about misspelt variables: often the reason why another one is missing
   */
  constructor(
    readonly problems: readonly string[],
    readonly warnings: readonly string[] = [],
  ) {
    const count = problems.length === 1 ? '1 bad setting' : `${problems.length} bad settings`;
    super([`${count}:`, ...problems, ...warnings].join('\n  '));
  }
}
