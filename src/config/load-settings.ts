import type { ValidationError } from 'class-validator';
import { validateSync } from 'class-validator';
import { InvalidSettingsError } from './invalid-settings.error.js';
import { misspeltVariables } from './misspelt-variables.js';
import { DEFAULT_PROFILE } from './profile.settings.js';
import { sourceText } from './setting-source.js';
import type { SettingsClass } from './setting.decorator.js';
import { ACCEPTED, settingsOf } from './setting.decorator.js';
import type { Settings } from './settings.js';
import { SETTINGS_CLASSES, allSettings, fileVariable } from './settings.js';

type Preset = Readonly<Record<string, string>>;

/** Profiles by name, each with the settings that it presets: texts by variable. */
export type ProfilePresets = Readonly<Record<string, { readonly settings: Preset }>>;

export interface LoadOptions {
  readonly profiles: ProfilePresets;
  /** Decides the default of `LOG_FORMAT`. */
  readonly stdoutIsTty: boolean;
}

export interface LoadedSettings {
  readonly settings: Settings;
  /** Sentences about variables that are ignored but look like ours. */
  readonly warnings: readonly string[];
}

/**
 * Reads all settings: variable, then the profile's preset, then default.
 *
 * @throws InvalidSettingsError with every bad setting at once
 * @throws Error when a profile presets a variable that does not exist: a mistake of ours, not of the user
 */
export function loadSettings(env: NodeJS.ProcessEnv, options: LoadOptions): LoadedSettings {
  const problems: string[] = [];
  const preset = {
    LOG_FORMAT: options.stdoutIsTty ? 'pretty' : 'json',
    ...presetOf(env.PROFILE || DEFAULT_PROFILE, options.profiles, problems),
  };
  const loaded = Object.entries<SettingsClass>(SETTINGS_CLASSES).map(([key, type]) => {
    const instance = read(type, env, preset, problems);
    return [key, Object.freeze(instance)];
  });
  const known = allSettings().flatMap(({ name, secret }) => (secret ? [name, fileVariable(name)] : [name]));
  const warnings = misspeltVariables(env, known);
  if (problems.length > 0) throw new InvalidSettingsError(problems, warnings);
  return { settings: Object.freeze(Object.fromEntries(loaded)) as Settings, warnings };
}

function presetOf(name: string, profiles: ProfilePresets, problems: string[]): Preset {
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (profile === undefined) {
    problems.push(`PROFILE must be one of: ${Object.keys(profiles).join(', ')}`);
    return {};
  }
  const names = new Set(allSettings().map((setting) => setting.name));
  const unknown = Object.keys(profile.settings).find((variable) => !names.has(variable));
  if (unknown) throw new Error(`Profile ${name} presets ${unknown}, but there is no such setting.`);
  return profile.settings;
}

/** Fills an instance of a class of settings and adds what is wrong with it to `problems`. */
function read(type: SettingsClass, env: NodeJS.ProcessEnv, preset: Preset, problems: string[]): object {
  const definitions = settingsOf(type);
  const values: Record<string, unknown> = {};
  for (const setting of definitions) {
    const source = sourceText(setting, env, preset);
    if ('problem' in source) {
      problems.push(source.problem);
      // Counts as given, or a rule that asks only whether it is there would complain once more.
      if (setting.secret) values[setting.property] = 'unreadable';
    } else if (source.text !== undefined) {
      values[setting.property] = setting.rule.convert(source.text);
    }
  }
  const instance = Object.assign(new type(), values);
  const names = new Map(definitions.map(({ property, name }) => [property, name]));
  for (const error of validateSync(instance)) {
    problems.push(...messagesOf(error).map((message) => `${names.get(error.property)} ${message}`));
  }
  Object.values(instance).forEach((value) => Object.freeze(value));
  return instance;
}

/** A value that is not acceptable in itself is not judged together with others. */
function messagesOf({ constraints = {} }: ValidationError): string[] {
  const own = constraints[ACCEPTED];
  return own === undefined ? Object.values(constraints) : [own];
}
