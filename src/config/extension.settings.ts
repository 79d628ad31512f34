import { list } from './rule.js';
import { Setting } from './setting.decorator.js';

const PRINTABLE = /^\P{C}+$/u;

/** What is added from outside. */
export class ExtensionSettings {
  static readonly title = 'Extensions';

  /** As written: names of packages, or paths. */
  @Setting(
    'PROCESSOR_MODULES',
    list('names of npm packages or paths', (entry) => PRINTABLE.test(entry)),
    'Modules with more processors ([extensions.md](extensions.md)). Paths are relative to the working directory.',
  )
  readonly processorModules: readonly string[] = [];
}
