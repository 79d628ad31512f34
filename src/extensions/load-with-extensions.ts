import { loadSettings, presetSettings } from '../config/load-settings.js';
import type { LoadedSettings, LoadOptions } from '../config/load-settings.js';
import { ExtensionSettings } from '../config/extension.settings.js';
import { sourceText } from '../config/setting-source.js';
import { settingsOf } from '../config/setting.decorator.js';
import { loadableProfiles } from '../profiles/active-profile.js';
import type { LoadedExtension } from './extension.js';
import { extensionOf } from './extension-of.js';
import { ExtensionProblem, importEntry } from './import-entry.js';
import { sharePackages } from './share-packages.js';

export interface Loaded extends LoadedSettings {
  readonly extensions: readonly LoadedExtension[];
}

/**
 * Reads the profile of a user's own, imports the extensions that `PROCESSOR_MODULES` names, in the environment or in the
 * profile's preset, and reads all settings, theirs included.
 *
 * @param directory absolute; paths are relative to it
 * @throws InvalidSettingsError with every extension that cannot be loaded and every bad setting at once
 */
export async function loadWithExtensions(
  env: NodeJS.ProcessEnv,
  options: Omit<LoadOptions, 'extensions' | 'problems'>,
  directory: string = process.cwd(),
): Promise<Loaded> {
  const own = loadableProfiles(env, options.profiles);
  const { profiles } = own;
  const { extensions, problems: ofExtensions } = await loadExtensions(
    entriesOf(env, { profiles }),
    directory,
  );
  const problems = [...own.problems, ...ofExtensions];
  return { ...loadSettings(env, { ...options, profiles, extensions, problems }), extensions };
}

/** What the setting says, before all settings are read: it decides which settings there are. */
function entriesOf(env: NodeJS.ProcessEnv, { profiles }: Pick<LoadOptions, 'profiles'>): readonly string[] {
  const [setting] = settingsOf(ExtensionSettings);
  const source = sourceText(setting, env, presetSettings(env, profiles) ?? {});
  if (!('text' in source) || source.text === undefined) return [];
  const entries = setting.rule.convert(source.text);
  // A text that is not acceptable is reported with all other settings.
  return setting.rule.accepts(entries) ? [...new Set(entries as string[])] : [];
}

async function loadExtensions(entries: readonly string[], directory: string) {
  const extensions: LoadedExtension[] = [];
  const problems: string[] = [];
  if (entries.length > 0) sharePackages();
  for (const entry of entries) {
    try {
      extensions.push({ entry, ...readExport(await importEntry(entry, directory)) });
    } catch (error) {
      if (!(error instanceof ExtensionProblem)) throw error;
      problems.push(`PROCESSOR_MODULES: ${entry} ${error.message}`);
    }
  }
  return { extensions, problems };
}

/** What is exported may be anything, a getter that throws as well. */
function readExport(exported: Readonly<Record<string, unknown>>): ReturnType<typeof extensionOf> {
  try {
    return extensionOf(exported);
  } catch (error) {
    throw error instanceof ExtensionProblem ? error : new ExtensionProblem('exports what cannot be read');
  }
}
