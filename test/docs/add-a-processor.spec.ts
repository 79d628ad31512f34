import { pathToFileURL } from 'node:url';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
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
const LOOKUP = 'dist/enrichment/processors/network-owner.lookup.js';
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

  /** What a service of its own makes of some messages. */
  async function recordsOf(messages: readonly string[]): Promise<Record<string, unknown>[]> {
    await service?.destroy();
    const names = ownNames();
    await createTopic(sharedBroker(), names.INPUT_TOPIC, 1);
    await produce(
      sharedBroker(),
      names.INPUT_TOPIC,
      messages.map((value) => ({ key: null, value })),
    );
    service = await ServiceProcess.ready(names, tree.path('dist/main.js'));
    return waitFor('the records', async () => {
      const records = await readAll(sharedBroker(), names.OUTPUT_TOPIC);
      return records.length === messages.length ? records.map(({ json }) => json) : undefined;
    });
  }

  it('gives a processor that passes its own test and the contract that holds for all', async () => {
    const { code, output } = await tree.run(
      'node_modules/jest/bin/jest.js',
      [
        '--runInBand',
        '--verbose',
        '-t',
        'DayPartProcessor|UserActivityProcessor|NetworkOwnerLookup',
        SPEC,
        'src/enrichment/processors.contract.spec.ts',
      ],
      ['--experimental-vm-modules', '--no-warnings'],
    );
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(output).toContain('✓ calls the hour 23 evening');
    expect(output).toContain('✓ writes exactly what it declares');
    expect(output).toContain('✓ gives each login of a batch exactly what it declares');
  });

  it('ends with a reference and schemas that know the field, and were stale before', async () => {
    for (const page of ['docs/processors.md', 'docs/records.md', 'schemas/standard/processed.schema.json'])
      expect(stale).toContain(`${page} is stale`);
    const table = tree.read('docs/processors.md');
    expect(table).toContain('| DayPartProcessor | early | `hour_of_day` | `day_part` |  |');
    expect(table).toMatch(
      /UserActivityProcessor \| late \|.*\| 16 times of the user, 4 `device_id` of the user \|/,
    );
    expect(table).toContain('| NetworkOwnerLookup | async | `ip` | `network_owner` |');
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
    const [json] = await recordsOf([readmeLogin()]);
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

  it('gives processors that remember what the page says', async () => {
    const before = JSON.parse(readmeLogin()) as Record<string, unknown>;
    const later = { ...before, device_id: 'another', timestamp: Number(before.timestamp) + 40 };
    const records = await recordsOf([before, later].map((each) => JSON.stringify(each)));
    expect(records).toMatchObject(promisedIn('Remember users and devices') as object[]);
  });

  it('gives look-ups that ask a service, and do without it when it is away', async () => {
    const [known, unknown] = promisedIn('Look something up') as object[];
    const asked: unknown[] = [];
    const owners = createServer((request, response) => {
      request.setEncoding('utf8').on('data', (text: string) => asked.push(JSON.parse(text)));
      request.on('end', () => response.end('["EXAMPLE-NET"]'));
    });
    await new Promise<void>((resolve) => owners.listen(0, '127.0.0.1', resolve));
    const { port } = owners.address() as AddressInfo;
    const compiled = tree.read(LOOKUP);
    tree.write(LOOKUP, compiled.replace('localhost:8084', `127.0.0.1:${port}`));
    try {
      const login = readmeLogin();
      expect(await recordsOf([login])).toMatchObject([known]);
      expect(asked).toEqual([[(JSON.parse(login) as { ip: string }).ip]]);
      await new Promise((resolve) => owners.close(resolve).closeAllConnections());
      expect(await recordsOf([login])).toMatchObject([unknown]);
      expect(service!.output).toContain(
        'NetworkOwnerLookup could not look up a batch: it failed (TypeError)',
      );
    } finally {
      owners.close();
      tree.write(LOOKUP, compiled);
    }
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
        // A profile is a setting.
        expect(await service.exit).toBe(file === PROFILE ? 78 : 1);
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

/** The login that the page is about. */
const readmeLogin = (): string =>
  blocksOf(readFileSync(new URL('../../README.md', import.meta.url), 'utf8')).find(
    ({ language }) => language === 'json',
  )!.text;

/** The JSON that a section promises. */
const promisedIn = (heading: string): unknown =>
  JSON.parse(blocksOf(sectionOf(GUIDE, heading)).find(({ language }) => language === 'json')!.text);

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
