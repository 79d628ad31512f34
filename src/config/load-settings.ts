import type { ValidationError } from 'class-validator';
import { validateSync } from 'class-validator';
import { InvalidSettingsError } from './invalid-settings.error.js';
import { misspeltVariables } from './misspelt-variables.js';
import { DEFAULT_PROFILE } from './profile.settings.js';
import { settingClashes, variablesOf } from './setting-clashes.js';
import type { SettingsSource } from './setting-clashes.js';
import { sourceText } from './setting-source.js';
import type { SettingDefinition, SettingsClass } from './setting.decorator.js';
import { ACCEPTED, settingsOf } from './setting.decorator.js';
import type { Settings } from './settings.js';
import { SETTINGS_CLASSES, allSettings } from './settings.js';

type Preset = Readonly<Record<string, string>>;

/** Profiles by name, each with the settings that it presets: texts by variable. */
export type ProfilePresets = Readonly<Record<string, { readonly settings: Preset }>>;

export interface LoadOptions {
  readonly profiles: ProfilePresets;
  /** Decides the default of `LOG_FORMAT`. */
  readonly stdoutIsTty: boolean;
  /** What extensions bring; their settings are read and judged with ours. */
  readonly extensions?: readonly SettingsSource[];
  /** What was found wrong before: it is reported with what is wrong here. */
  readonly problems?: readonly string[];
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
  const { profiles, extensions = [], problems: earlier = [] } = options;
  const known = [...new Set(extensions.flatMap(({ settings }) => settings))];
  const definitions = [...allSettings(), ...known.flatMap(settingsOf)];
  const problems = [...earlier, ...settingClashes(allSettings(), extensions)];
  const preset = {
    LOG_FORMAT: options.stdoutIsTty ? 'pretty' : 'json',
    ...presetOf(env, profiles, definitions, problems),
  };
  const loaded = Object.entries<SettingsClass>(SETTINGS_CLASSES).map(([key, type]) => {
    return [key, read(type, env, preset, problems)];
  });
  const ofExtensions = Object.freeze(known.map((type) => read(type, env, preset, problems)));
  const warnings = misspeltVariables(env, definitions.flatMap(variablesOf));
  if (problems.length > 0) throw new InvalidSettingsError(problems, warnings);
  const settings = { ...Object.fromEntries(loaded), ofExtensions };
  return { settings: Object.freeze(settings) as Settings, warnings };
}

/** What the profile that the environment names presets; undefined when there is no such profile. */
export function presetSettings(env: NodeJS.ProcessEnv, profiles: ProfilePresets): Preset | undefined {
  const name = profileName(env);
  return Object.hasOwn(profiles, name) ? profiles[name].settings : undefined;
}

/** A profile of a user's own goes by the name of its file. */
const profileName = (env: NodeJS.ProcessEnv): string => env.PROFILE_FILE || env.PROFILE || DEFAULT_PROFILE;

function presetOf(
  env: NodeJS.ProcessEnv,
  profiles: ProfilePresets,
  definitions: readonly SettingDefinition[],
  problems: string[],
): Preset {
  if (env.PROFILE && env.PROFILE_FILE) problems.push('PROFILE and PROFILE_FILE must not both be set');
  const preset = presetSettings(env, profiles);
  if (preset === undefined) {
    problems.push(`PROFILE must be one of: ${Object.keys(profiles).join(', ')}`);
    return {};
  }
  const names = new Set(definitions.map((setting) => setting.name));
  const unknown = Object.keys(preset).find((variable) => !names.has(variable));
  // Among other problems it may be one of an extension that could not be loaded.
  if (unknown === undefined || problems.length > 0) return preset;
  if (env.PROFILE_FILE)
    problems.push(
      `PROFILE_FILE ${env.PROFILE_FILE} settings.${unknown} is no setting: there is no such variable`,
    );
  else throw new Error(`Profile ${profileName(env)} presets ${unknown}, but there is no such setting.`);
  return preset;
}

/** Fills and freezes an instance of a class of settings and adds what is wrong with it to `problems`. */
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
  return Object.freeze(instance);
}

/** A value that is not acceptable in itself is not judged together with others. */
function messagesOf({ constraints = {} }: ValidationError): string[] {
  const own = constraints[ACCEPTED];
  return own === undefined ? Object.values(constraints) : [own];
}
