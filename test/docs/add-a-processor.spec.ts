import { pathToFileURL } from 'node:url';
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type * as RecordSchemas from '../../src/schemas/record-schemas.js';
import { createTopic, produce, readAll, sharedBroker } from '../support/kafka.js';
import { ServiceProcess } from '../support/service-process.js';
import { waitFor } from '../support/wait-for.js';
import { ownNames } from '../pipeline/run.js';
import { applyDiff, blocksOf, rowsOf, sectionOf } from './guide.js';
import { SourceTree } from './source-tree.js';

const GUIDE = readFileSync(new URL('../../docs/add-a-processor.md', import.meta.url), 'utf8');
const PROCESSOR = 'src/enrichment/processors/day-part.processor.ts';
const SPEC = PROCESSOR.replace('.ts', '.spec.ts');
const PROFILE = 'dist/profiles/standard.profile.js';
const LIST = 'dist/enrichment/processors/index.js';
const LIST_SOURCE = 'src/enrichment/processors/index.ts';

/** The guide's faults that only the start of the service finds: what is written, and what it says. */
const faults = blocksOf(sectionOf(GUIDE, 'What stops the start'));
const sentences = faults.filter(({ language }) => language === 'text').map(({ text }) => text.trim());
const causes = faults.filter(({ file }) => file !== undefined);

const refusals = rowsOf(sectionOf(GUIDE, 'What the compiler refuses')).map(([before, after, message]) => ({
  before,
  after,
  message,
}));

describe('the guide to adding a processor', () => {
  let tree: SourceTree;
  let service: ServiceProcess | undefined;
  let stale: string;

  beforeAll(async () => {
    tree = new SourceTree();
    for (const { language, file, text } of blocksOf(GUIDE.split('## What the compiler refuses')[0])) {
      if (language === 'ts') tree.write(file!, text);
      if (language === 'diff') tree.edit(file!, (current) => applyDiff(current, text));
    }
    // They are on nobody's list: the compiler sees them, the service does not.
    for (const { language, file, text } of causes) if (language === 'ts') tree.write(file!, text);
    expect(await tree.compile(['src', SPEC], 'dist')).toEqual({ code: 0, output: '' });
    stale = (await tree.run('scripts/generate-docs.mjs', ['--check'])).output;
    expect(await tree.run('scripts/generate-docs.mjs')).toMatchObject({ code: 0 });
  });
  afterAll(() => tree.remove());
  afterEach(() => service?.destroy());

  it('gives a processor that passes its own test and the contract that holds for all', async () => {
    const { code, output } = await tree.run(
      'node_modules/jest/bin/jest.js',
      [
        '--runInBand',
        '--verbose',
        '-t',
        'DayPartProcessor',
        SPEC,
        'src/enrichment/processors.contract.spec.ts',
      ],
      ['--experimental-vm-modules', '--no-warnings'],
    );
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(output).toContain('✓ calls the hour 23 evening');
    expect(output).toContain('✓ writes exactly what it declares');
  });

  it('ends with a reference and schemas that know the field, and were stale before', async () => {
    for (const page of ['docs/processors.md', 'docs/records.md', 'schemas/standard/processed.schema.json'])
      expect(stale).toContain(`${page} is stale`);
    expect(tree.read('docs/processors.md')).toContain('| DayPartProcessor | `hour_of_day` | `day_part` |');
    expect(JSON.parse(tree.read('schemas/standard/processed.schema.json'))).toMatchObject({
      properties: {
        day_part: {
          description: 'Part of the day of the event, in UTC: six hours each.',
          enum: ['afternoon', 'evening', 'morning', 'night'],
        },
      },
    });
  });

  it('puts the field into the records of the service, where the profile has it', async () => {
    const names = ownNames();
    const [login] = blocksOf(readFileSync(new URL('../../README.md', import.meta.url), 'utf8')).filter(
      ({ language }) => language === 'json',
    );
    await createTopic(sharedBroker(), names.INPUT_TOPIC, 1);
    await produce(sharedBroker(), names.INPUT_TOPIC, [{ key: null, value: login.text }]);
    service = await ServiceProcess.ready(names, tree.path('dist/main.js'));
    const { json } = await waitFor(
      'the record',
      async () => (await readAll(sharedBroker(), names.OUTPUT_TOPIC))[0],
    );
    const promised = blocksOf(sectionOf(GUIDE, 'Write the field out')).find(
      ({ language }) => language === 'json',
    )!;
    expect(json).toMatchObject(JSON.parse(promised.text) as object);
    const fields = Object.keys(json);
    expect(fields[fields.indexOf('hour_of_day') + 1]).toBe('day_part');

    const { href } = pathToFileURL(tree.path('dist/schemas/record-schemas.js'));
    const { validatorFor } = (await import(href)) as typeof RecordSchemas;
    expect(validatorFor('processed', 'standard', 'drop')(json)).toEqual([]);
    expect(validatorFor('processed', 'standard', 'drop')({ ...json, day_part: 'noon' })).toMatchObject([
      { path: '/day_part', rule: 'enum' },
    ]);
  });

  it('says what the compiler refuses, in its words', async () => {
    const source = tree.read(PROCESSOR);
    const variant = (index: number) => PROCESSOR.replace('.processor.ts', `-${index}.variant.ts`);
    refusals.forEach(({ before, after }, index) => {
      expect([before, source.split(before).length]).toEqual([before, 2]);
      tree.write(variant(index), source.replace(before, after));
    });
    const { output } = await tree.compile([LIST_SOURCE, 'src/**/*.variant.ts'], 'variants');
    refusals.forEach(({ message }, index) => {
      const said = output.slice(output.indexOf(variant(index))).split(/\n(?=src)/)[0];
      expect(said).toContain(message);
    });
    expect(refusals.length).toBeGreaterThan(3);
  });

  it.each(sentences.map((sentence, index) => ({ sentence, index })))(
    'says what stops the start: $sentence',
    async ({ sentence, index }) => {
      const cause = causes[index];
      const file = cause.language === 'ts' ? LIST : PROFILE;
      const before = tree.read(file);
      tree.edit(file, (text) =>
        cause.language === 'diff' ? renamed(text, cause.text) : registered(text, cause.file!, cause.text),
      );
      try {
        service = ServiceProcess.spawn({ ...ownNames(), LOG_FORMAT: 'pretty' }, tree.path('dist/main.js'));
        expect(await service.exit).toBe(1);
        expect(service.output).toContain(sentence);
      } finally {
        tree.write(file, before);
      }
    },
  );

  it('names a sentence for every fault', () => {
    expect(causes).toHaveLength(sentences.length);
    expect(sentences.length).toBeGreaterThan(3);
  });
});

/** The compiled list of processors, with the classes of another file at its end. */
function registered(list: string, file: string, source: string): string {
  const classes = [...source.matchAll(/^export class (\w+)/gm)].map(([, name]) => name);
  const specifier = file.replace('src/enrichment/processors', '.').replace(/\.ts$/, '.js');
  return `import { ${classes.join(', ')} } from '${specifier}';\n${list}\nPROCESSORS.push(${classes.join(', ')});\n`;
}

/** What the compiler has written is indented in its own way: a line of the diff is found without its indentation. */
function renamed(text: string, diff: string): string {
  const [before, after] = ['-', '+'].map((sign) =>
    diff
      .split('\n')
      .find((line) => line.startsWith(sign))!
      .slice(1)
      .trim(),
  );
  return text.replace(before, after);
}
