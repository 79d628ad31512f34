import { MODULE_METADATA } from '@nestjs/common/constants.js';
import type { DynamicModule, Type } from '@nestjs/common';
import { settingsOf } from '../config/setting.decorator.js';
import type { SettingsClass } from '../config/setting.decorator.js';
import type { Extension } from './extension.js';
import { ExtensionProblem } from './import-entry.js';

const WANTED = '"export default" a class with @Module(), or { module, settings }';

/**
 * The extension that a module exports.
 *
 * @throws ExtensionProblem when it exports none
 */
export function extensionOf(exported: Readonly<Record<string, unknown>>): Required<Extension> {
  const { default: value } = exported;
  if (value === undefined) throw new ExtensionProblem(`exports nothing by default; its entry must ${WANTED}`);
  if (isModuleClass(value)) return { module: value, settings: [] };
  if (typeof value !== 'object' || value === null || !('module' in value))
    throw new ExtensionProblem(`exports no Nest module by default; its entry must ${WANTED}`);
  const { module, settings = [], ...others } = value as { module: unknown; settings?: unknown };
  const [other] = Object.keys(others);
  if (other !== undefined)
    throw new ExtensionProblem(
      `exports an object with "${other}"; its entry must ${WANTED} (a dynamic module goes under "module")`,
    );
  if (!isModuleClass(module) && !isDynamicModule(module))
    throw new ExtensionProblem('exports a "module" that is no class with @Module() and no dynamic module');
  if (!Array.isArray(settings) || !settings.every(isSettingsClass))
    throw new ExtensionProblem(
      'exports "settings" that are not all classes with a static title, @Setting() properties and no constructor parameters',
    );
  return { module, settings };
}

const isClass = (value: unknown): value is Type<object> => typeof value === 'function';

const isModuleClass = (value: unknown): value is Type<object> =>
  isClass(value) && Object.values(MODULE_METADATA).some((key) => Reflect.hasMetadata(key, value));

const isDynamicModule = (value: unknown): value is DynamicModule =>
  typeof value === 'object' && value !== null && 'module' in value && isClass(value.module);

function isSettingsClass(value: unknown): value is SettingsClass {
  if (!isClass(value) || !('title' in value) || typeof value.title !== 'string') return false;
  const type = value as unknown as SettingsClass;
  if (settingsOf(type).length === 0) return false;
  try {
    return new type() instanceof type;
  } catch {
    return false;
  }
}
