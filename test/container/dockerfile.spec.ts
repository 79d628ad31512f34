import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { loadSettings } from '../../src/config/load-settings.js';
import { PROFILES } from '../../src/profiles/profiles.js';
import { buildContext } from './docker-ignore.js';
import { Dockerfile } from './dockerfile.js';
import { inProject } from './project-root.js';

const dockerfile = new Dockerfile();
const isInContext = buildContext();
const manifest = JSON.parse(readFileSync(inProject('package.json'), 'utf8')) as {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly engines: { readonly node: string };
  readonly bin: Readonly<Record<string, string>>;
};
const built = JSON.parse(readFileSync(inProject('tsconfig.build.json'), 'utf8')) as {
  readonly exclude: readonly string[];
};

const sourceFiles = readdirSync(inProject('src'), { recursive: true, encoding: 'utf8' })
  .map((path) => `src/${path}`)
  .filter((path) => statSync(inProject(path)).isFile());

describe('the build context', () => {
  it('has everything that the Dockerfile copies', () => {
    expect(dockerfile.contextSources.length).toBeGreaterThan(5);
    for (const source of dockerfile.contextSources)
      expect({ source, exists: existsSync(inProject(source)), inContext: isInContext(source) }).toEqual({
        source,
        exists: true,
        inContext: true,
      });
  });

  it('has of src exactly what the build compiles', () => {
    expect(built.exclude).toEqual(['src/**/*.spec.ts', 'src/**/testing.ts', 'src/**/*.testing.ts']);
    const wanted = sourceFiles.filter((path) => !/(\.spec|[/.]testing)\.ts$/.test(path));
    expect(sourceFiles.filter(isInContext)).toEqual(wanted);
  });

  it.each([
    '.git',
    '.data/kafka',
    '.env',
    'coverage/index.html',
    'deploy/other.mjs',
    'dist/main.js',
    'node_modules/kafkajs/index.js',
    'src/ingest/decoder.spec.ts',
    'test/fixtures/real-messages.ndjson',
  ])('leaves out %s', (path) => {
    expect(isInContext(path)).toBe(false);
  });
});

describe('the image', () => {
  it('has a Node.js that package.json allows, the same for building and running', () => {
    const [base, ...others] = dockerfile.bases;
    expect(others).toEqual([base]);
    const major = Number(/^node:(\d+)-\w+-slim$/.exec(base)![1]);
    const least = Number(/^>=(\d+)\./.exec(manifest.engines.node)![1]);
    expect(major).toBeGreaterThanOrEqual(least);
    expect(major % 2).toBe(0); // the others never have long-term support
    expect(dockerfile.labels['org.opencontainers.image.base.name']).toBe(`docker.io/library/${base}`);
  });

  it('says of itself what package.json says', () => {
    expect(dockerfile.labels).toMatchObject({
      'org.opencontainers.image.title': manifest.name,
      'org.opencontainers.image.version': manifest.version,
      'org.opencontainers.image.description': manifest.description,
    });
  });

  it('starts the service and its health check directly, so that signals arrive', () => {
    const [node, main, ...none] = dockerfile.words('ENTRYPOINT');
    expect([node, none]).toEqual(['node', []]);
    expect(dockerfile.source(main)).toBe('dist/main.js');
    const [healthNode, check, ...nothing] = dockerfile.words('HEALTHCHECK');
    expect([healthNode, nothing]).toEqual(['node', []]);
    for (const file of [main, check])
      expect({ file, exists: existsSync(inProject(dockerfile.source(file))) }).toEqual({
        file,
        exists: true,
      });
  });

  it('has the commands on its path', () => {
    const [, target, link] = /ln -s (\S+) (\S+)/.exec(dockerfile.text('RUN'))!;
    expect(link).toBe(`/usr/local/bin/${manifest.name}`);
    expect(dockerfile.source(target)).toBe(manifest.bin[manifest.name]);
    expect(readFileSync(inProject(dockerfile.source(target)), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  it('presets only settings that there are, to good values', () => {
    const env = { ...dockerfile.env, KAFKA_BROKERS: 'kafka:9092' };
    const { settings, warnings } = loadSettings(env, { profiles: PROFILES, stdoutIsTty: false });
    expect(warnings).toEqual([]);
    expect(settings.http).toMatchObject({ host: '0.0.0.0', port: Number(dockerfile.text('EXPOSE')) });
  });

  it('runs as a user that is not root, given by number, who owns the directory of the state and nothing else', () => {
    const [, user, group] = /^(\d+):(\d+)$/.exec(dockerfile.text('USER'))!;
    expect(Number(user)).toBeGreaterThan(0);
    const { STATE_DIR } = dockerfile.env;
    expect(dockerfile.text('VOLUME')).toBe(STATE_DIR);
    const owned = [...dockerfile.text('RUN').matchAll(/install -d -o (\d+) -g (\d+) -m \d+ (\S+)/g)];
    expect(owned.map(([, ...what]) => what)).toEqual([[user, group, STATE_DIR]]);
  });
});
