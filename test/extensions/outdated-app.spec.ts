import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { LOGIN_FIELDS } from '../../src/pipeline/testing.js';
import { PROFILES } from '../../src/profiles/profiles.js';
import { runCommand } from '../cli/run-command.js';
import { inProject } from '../container/project-root.js';
import { Dockerfile } from '../container/dockerfile.js';
import { blocksOf, rowsOf, sectionOf } from '../docs/guide.js';
import { ownNames } from '../pipeline/run.js';
import { createTopic, produce, readAll, sharedBroker } from '../support/kafka.js';
import { ServiceProcess } from '../support/service-process.js';
import { waitFor } from '../support/wait-for.js';
import { ExtensionPackage } from './extension-package.js';

const PAGE = readFileSync(inProject('docs/extensions.md'), 'utf8');
const PROCESSOR = 'src/outdated-app.processor.ts';

/** The text of a block of the page: of a file, or the n-th of a language in a section. */
const fileOf = (name: string): string => blocksOf(PAGE).find(({ file }) => file === name)!.text;
const textOf = (section: string, language: string, index = 0): string =>
  blocksOf(sectionOf(PAGE, section)).filter((block) => block.language === language)[index].text;

describe('the page about extensions', () => {
  it('shows the example as it is', () => {
    const example = (name: string) => readFileSync(inProject(`examples/outdated-app/${name}`), 'utf8');
    const shown = blocksOf(PAGE).filter(
      ({ language, file }) => language === 'ts' && !file?.includes('lookup'),
    );
    expect(shown.length).toBe(4);
    for (const { file, text } of shown) expect({ file, text }).toEqual({ file, text: example(file!) });
    for (const name of ['package.json', 'tsconfig.json'])
      expect(JSON.parse(example(name))).toMatchObject(JSON.parse(fileOf(name)) as object);
  });

  it('ships a profile: the standard one, with its fields at the end', () => {
    const { extends: extended, processed } = JSON.parse(
      readFileSync(inProject('examples/outdated-app/profile.json'), 'utf8'),
    ) as { extends: string; processed: unknown[] };
    expect(extended).toBe('standard');
    expect(processed).toEqual([...PROFILES.standard.processed, 'app_outdated', 'several_app_versions']);
  });
});

describe('an extension outside the project', () => {
  let extension: ExtensionPackage;
  let folder: string;
  let tarball: string;
  let service: ServiceProcess | undefined;

  beforeAll(async () => {
    extension = new ExtensionPackage();
    extension.write('src/reputation.lookup.ts', fileOf('src/reputation.lookup.ts'));
    expect(await extension.compile()).toEqual({ code: 0, output: '' });
    tarball = await extension.pack();
    folder = await extension.install(tarball);
  });
  afterAll(() => extension.remove());
  afterEach(() => service?.destroy());

  const inDirectory = (args: readonly string[], env: Record<string, string>) =>
    runCommand(args, { cwd: extension.installed, env });

  it('passes its own test and the contract', async () => {
    const { code, output } = await extension.test();
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(output).toContain('✔ remembers the versions of each user within the window');
    expect(output).toContain('✔ does what the service relies on');
  });

  it.each([
    ['{ app_version }:', '{ app_version, region }:', "Property 'region' does not exist on type 'Login &"],
    ['add.app_outdated =', 'add.region =', "Property 'region' does not exist on type 'Adds<"],
    ["adds: ['app_outdated',", "adds: ['outdated',", `Type '"outdated"' is not assignable`],
  ])('is checked by the compiler: %s', async (before, after, sentence) => {
    const variant = new ExtensionPackage();
    try {
      variant.write(PROCESSOR, fileOf(PROCESSOR).replace(before, after));
      expect((await variant.compile()).output).toContain(sentence);
    } finally {
      variant.remove();
    }
  });

  it('can need every field of the service', async () => {
    const variant = new ExtensionPackage();
    try {
      const needed = "'app_version', 'region', 'session_count', 'risk_score'";
      const source = fileOf(PROCESSOR)
        .replace("needs: ['app_version']", `needs: [${needed}]`)
        .replace('{ app_version }:', '{ app_version, region, session_count, risk_score }:')
        .replace("Reads<'app_version'>", `Reads<${needed.replaceAll(',', ' |')}>`)
        .replace(
          'lt(app_version, this.below)',
          "lt(app_version, this.below) && region === 'Other' && session_count + risk_score > 2",
        );
      variant.write(PROCESSOR, source);
      expect(source).toContain('risk_score > 2');
      expect(await variant.compile()).toEqual({ code: 0, output: '' });
    } finally {
      variant.remove();
    }
  });

  it('is found by its name, and its settings are settings like any other', async () => {
    const [, command] = /^(.*) login-stream (.*)$/m.exec(textOf('Load it', 'sh'))!.slice(0, 2);
    const env = Object.fromEntries(command.split(' ').map((part) => part.split('=') as [string, string]));
    expect(await inDirectory(['config', '--changed'], env)).toEqual({
      exit: 0,
      stdout: textOf('Load it', 'text'),
      stderr: '',
    });
    const bad = await inDirectory(['config'], {
      ...env,
      OUTDATED_BELOW: 'old',
      OUTDATED_BELO: '1',
      LOG_LEVEL: 'x',
    });
    expect(bad).toMatchObject({ exit: 78, stdout: '' });
    expect(bad.stderr).toMatch(
      /^2 bad settings:\n {2}LOG_LEVEL must be .*\n {2}OUTDATED_BELOW must be a version/,
    );
    expect(bad.stderr).toContain('OUTDATED_BELO looks like OUTDATED_BELOW');
  });

  it('adds its fields to the records of the service, and remembers users', async () => {
    const profile = join(extension.installed, 'profile.json');
    writeFileSync(profile, fileOf('profile.json'));
    const { processed } = JSON.parse(fileOf('profile.json')) as { processed: string[] };
    const names = ownNames();
    const logins = [
      { user_id: 'user-1', app_version: '2.2.9' },
      { user_id: 'user-2', app_version: '10.0.0' },
      { user_id: 'user-1', app_version: '2.2.9' },
      { user_id: 'user-1', app_version: '2.4.0' },
      { user_id: 'user-2', app_version: '10.0.0' },
    ].map((fields, index) => ({
      ...LOGIN_FIELDS,
      ...fields,
      timestamp: (LOGIN_FIELDS.timestamp as number) + index,
    }));
    await createTopic(sharedBroker(), names.INPUT_TOPIC, 1);
    await produce(
      sharedBroker(),
      names.INPUT_TOPIC,
      logins.map((login) => ({ key: null, value: JSON.stringify(login) })),
    );
    service = await ServiceProcess.ready({ ...names, PROCESSOR_MODULES: folder, PROFILE_FILE: profile });
    const records = await waitFor('the records', async () => {
      const found = await readAll(sharedBroker(), names.OUTPUT_TOPIC);
      return found.length === logins.length && found;
    });
    const [first, ...others] = records.map(({ json }) => json);
    expect(first).toEqual(JSON.parse(textOf('Load it', 'json', 1)));
    expect(Object.keys(first)).toEqual(processed);
    expect(
      others.map(({ app_outdated, several_app_versions }) => [app_outdated, several_app_versions]),
    ).toEqual([
      [false, false],
      [true, false],
      [false, true],
      [false, false],
    ]);
    const said = textOf('Load it', 'text', 1).trim().replace('@acme/outdated-app', folder);
    expect(service.output).toContain(said);
    expect(await service.stop()).toBe(0);
  });

  it('is there for the commands, too', async () => {
    const { PROFILE_FILE, PROCESSOR_MODULES } = {
      PROFILE_FILE: './preset.json',
      PROCESSOR_MODULES: '@acme/outdated-app',
    };
    const profile = {
      ...(JSON.parse(fileOf('profile.json')) as object),
      settings: { PROCESSOR_MODULES, OUTDATED_BELOW: '4.0.0' },
    };
    writeFileSync(join(extension.installed, PROFILE_FILE), JSON.stringify(profile));
    const login = JSON.stringify({ ...LOGIN_FIELDS, app_version: '3.9.9' });
    const { exit, stdout } = await inDirectory(['explain', '--json', login], { PROFILE_FILE });
    expect(exit).toBe(0);
    const [{ value }] = (JSON.parse(stdout) as { records: { value: object }[] }).records;
    expect(value).toMatchObject({ app_version: '3.9.9', app_outdated: true, several_app_versions: false });
    const shown = await inDirectory(['config', '--changed'], { PROFILE_FILE });
    expect(shown.stdout).toMatch(/^ {2}OUTDATED_BELOW +4\.0\.0 +profile /m);
  });

  it('is warned of when it has no effect', async () => {
    const write = (name: string, text: string) => writeFileSync(join(extension.installed, name), text);
    write(
      'empty.js',
      "import { Module } from '@nestjs/common';\nclass Empty {}\nModule({ providers: [] })(Empty);\nexport default Empty;\n",
    );
    write('package.json', '{"type":"module"}');
    service = ServiceProcess.spawn({
      ...ownNames(),
      LOG_FORMAT: 'pretty',
      PROCESSOR_MODULES: `${join(extension.installed, 'empty.js')},${folder}`,
    });
    await waitFor('the service to listen', () => /are at http/.test(service!.output));
    for (const index of [2, 3])
      expect(service.output).toContain(
        textOf('What goes wrong', 'text', index).trim().replace('./', `${extension.installed}/`),
      );
  });

  it('is refused with every other one and all bad settings, when it cannot be loaded', async () => {
    const faults = rowsOf(sectionOf(PAGE, 'What goes wrong'));
    const bad = join(extension.installed, 'bad');
    mkdirSync(bad);
    writeFileSync(join(bad, 'package.json'), '{"type":"module"}');
    faults.forEach(([source], index) => writeFileSync(join(bad, `${index}.js`), source));
    writeFileSync(
      join(bad, 'taken.js'),
      `import { Module } from '@nestjs/common';
import { Setting, text } from 'login-stream/processor';
class Taken { static title = 'Taken'; level = 'info'; }
Setting('LOG_LEVEL', text('a level'), 'A level.')(Taken.prototype, 'level');
class Empty {}
Module({ providers: [] })(Empty);
export default { module: Empty, settings: [Taken] };
`,
    );
    const entries = [...faults.map((_, index) => `./${index}.js`), '@acme/none', './none', './taken.js'];
    const { exit, stdout, stderr } = await runCommand(['config'], {
      cwd: bad,
      env: { PROCESSOR_MODULES: entries.join(','), HTTP_PORT: 'x' },
    });
    expect({ exit, stdout }).toEqual({ exit: 78, stdout: '' });
    faults.forEach(([, sentence], index) =>
      expect(stderr).toContain(`PROCESSOR_MODULES: ./${index}.js ${sentence}`),
    );
    const sentences = [0, 1].flatMap((index) => textOf('What goes wrong', 'text', index).trim().split('\n'));
    expect(sentences).toHaveLength(3);
    for (const sentence of sentences) expect(stderr).toContain(sentence);
    expect(stderr).toContain('HTTP_PORT must be');
    expect(stderr).not.toMatch(/\n\s+at /);

    service = ServiceProcess.spawn({ PROCESSOR_MODULES: '@acme/none' });
    expect(await service.exit).toBe(78);
    expect(service.output).toContain(sentences[0]);
  });

  it('is installed in the container as the page says', () => {
    const text = textOf('Install it in the container', 'dockerfile');
    const dockerfile = new Dockerfile(text);
    expect(dockerfile.bases).toEqual([new Dockerfile().bases[0], 'login-stream']);
    expect(dockerfile.contextSources).toEqual([tarball]);
    const { PROCESSOR_MODULES } = dockerfile.env;
    expect(PROCESSOR_MODULES).toBe(`/extension/node_modules/${extension.manifest.name}`);
    expect(text).toContain(`npm install --prefix /extension /${tarball}\n`);
    expect(text).toContain('COPY --from=extension /extension/node_modules /extension/node_modules\n');
  });
});
