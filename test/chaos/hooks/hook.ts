import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file that a hook looks into, and the settings that load the hook into a process of the service. */
export class Hook {
  private readonly file: string;

  constructor(
    private readonly name: 'clock' | 'disk',
    folder: string,
  ) {
    this.file = join(folder, `${name}.txt`);
    this.say('');
  }

  get settings(): Record<string, string> {
    const module = fileURLToPath(new URL(`${this.name}.mjs`, import.meta.url));
    return { NODE_OPTIONS: `--import ${module}`, [`CHAOS_${this.name.toUpperCase()}`]: this.file };
  }

  say(text: string): void {
    writeFileSync(this.file, text);
  }
}
