/** A value of a setting as it would be written in its variable; empty when there is none. */
export function settingText(value: unknown): string {
  return value === undefined ? '' : String(value);
}
