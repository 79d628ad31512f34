import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { inProject } from './project-root.js';

interface Instruction {
  readonly keyword: string;
  readonly text: string;
}

interface Copy {
  /** A stage; undefined: the build context. */
  readonly from: string | undefined;
  readonly sources: readonly string[];
  readonly destination: string;
}

/** What the project's Dockerfile says; variables are left as they are written. */
export class Dockerfile {
  private readonly global: readonly Instruction[];
  private readonly stages: readonly (readonly Instruction[])[];

  constructor(text = readFileSync(inProject('Dockerfile'), 'utf8')) {
    const [global, ...stages] = split(instructions(text));
    this.global = global;
    this.stages = stages;
  }

  /** The base image of every stage. */
  get bases(): readonly string[] {
    const defaults = new Map(
      of(this.global, 'ARG').map((text) => text.split('=', 2) as [name: string, value: string]),
    );
    return this.stages.map(([{ text }]) =>
      text.replace(/ AS .*/i, '').replace(/\$\{(\w+)\}/, (_, name: string) => defaults.get(name) ?? ''),
    );
  }

  /** Every COPY of every stage that takes from the build context. */
  get contextSources(): readonly string[] {
    return this.stages.flatMap(copies).flatMap(({ from, sources }) => (from === undefined ? sources : []));
  }

  /** ENV of the image. */
  get env(): Readonly<Record<string, string>> {
    return pairs(of(this.image, 'ENV'));
  }

  get labels(): Readonly<Record<string, string>> {
    return pairs(of(this.image, 'LABEL'));
  }

  /** The whole text of an instruction of the image that is given once. */
  text(keyword: string): string {
    const [text, ...more] = of(this.image, keyword);
    if (text === undefined || more.length > 0) throw new Error(`The image has no single ${keyword}`);
    return text;
  }

  /** The words of an instruction in exec form, after its options. */
  words(keyword: string): readonly string[] {
    const text = this.text(keyword);
    return JSON.parse(text.slice(text.indexOf('['))) as string[];
  }

  /**
   * The file of the project that is at a path of the image.
   *
   * @throws when nothing is copied there
   */
  source(imagePath: string): string {
    const workdir = this.text('WORKDIR');
    for (const { sources, destination } of copies(this.image))
      for (const source of sources) {
        const name = posix.relative(workdir, source.startsWith('/') ? source : posix.join(workdir, source));
        const target = posix.join(
          workdir,
          destination,
          destination.endsWith('/') ? posix.basename(name) : '',
        );
        if (imagePath === target || imagePath.startsWith(`${target}/`))
          return posix.join(name, posix.relative(target, imagePath));
      }
    throw new Error(`Nothing is copied to ${imagePath}`);
  }

  private get image(): readonly Instruction[] {
    return this.stages[this.stages.length - 1];
  }
}

function instructions(text: string): Instruction[] {
  return text
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, keyword, rest] = /^(\w+)\s+(.*)$/.exec(line)!;
      return { keyword: keyword.toUpperCase(), text: rest.trim() };
    });
}

/** What stands before the first FROM, then the stages. */
function split(all: readonly Instruction[]): Instruction[][] {
  const parts: Instruction[][] = [[]];
  for (const instruction of all) {
    if (instruction.keyword === 'FROM') parts.push([]);
    parts[parts.length - 1].push(instruction);
  }
  return parts;
}

const of = (stage: readonly Instruction[], keyword: string) =>
  stage.filter((instruction) => instruction.keyword === keyword).map(({ text }) => text);

function copies(stage: readonly Instruction[]): Copy[] {
  return of(stage, 'COPY').map((text) => {
    const words = text.split(/\s+/).filter((word) => !word.startsWith('--'));
    return { from: /--from=(\S+)/.exec(text)?.[1], sources: words.slice(0, -1), destination: words.at(-1)! };
  });
}

function pairs(texts: readonly string[]): Record<string, string> {
  const found = texts.flatMap((text) => [...text.matchAll(/([\w.]+)=(?:"([^"]*)"|(\S+))/g)]);
  return Object.fromEntries(found.map(([, name, quoted, plain]) => [name, quoted ?? plain]));
}
