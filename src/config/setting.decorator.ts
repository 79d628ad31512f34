import { ValidateBy } from 'class-validator';
import type { Rule } from './rule.js';

/** Name of the class-validator constraint of {@link Setting}. */
export const ACCEPTED = 'accepted';

export interface SettingOptions {
  /** The value is never shown, and `<name>_FILE` may name a file that holds it. */
  readonly secret?: boolean;
  /** The empty text is a value of its own; elsewhere an empty variable counts as unset. */
  readonly emptyIsValue?: boolean;
  /** With `NODE_ENV=production` the default does not apply. */
  readonly requiredInProduction?: boolean;
  /** Markdown; what the documentation adds to the default. */
  readonly defaultNote?: string;
}

export interface SettingDefinition extends SettingOptions {
  /** The environment variable. */
  readonly name: string;
  readonly property: string;
  readonly rule: Rule;
  /** Markdown; a sentence. */
  readonly meaning: string;
}

/** A class of settings: its instance holds the defaults. */
export interface SettingsClass<T extends object = object> {
  new (): T;
  /** Heading in the documentation. */
  readonly title: string;
}

const definitions = new WeakMap<object, SettingDefinition[]>();

/** Makes a property a setting: which variable gives it, what is accepted, what it means. Its initializer is the default. */
export function Setting(
  name: string,
  rule: Rule,
  meaning: string,
  options: SettingOptions = {},
): PropertyDecorator {
  const validate = ValidateBy({
    name: ACCEPTED,
    validator: {
      // Undefined is the default of an optional setting; no text converts to it.
      validate: (value: unknown) => value === undefined || rule.accepts(value),
      defaultMessage: () => `must be ${rule.accepted}`,
    },
  });
  return (prototype, property) => {
    validate(prototype, property);
    const known = definitions.get(prototype.constructor) ?? [];
    definitions.set(prototype.constructor, [
      ...known,
      { ...options, name, rule, meaning, property: String(property) },
    ]);
  };
}

/** The settings of a class, in the order in which they are written there. */
export function settingsOf(type: SettingsClass): readonly SettingDefinition[] {
  return definitions.get(type) ?? [];
}
