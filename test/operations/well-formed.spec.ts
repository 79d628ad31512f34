import { describe, expect, it } from '@jest/globals';
import { posix } from 'node:path';
import { existsSync } from 'node:fs';
import { describeSettings } from '../../src/config/describe-settings.js';
import { inProject } from '../container/project-root.js';
import { deployed, documentsOf, filesBelow, jsonOf, propertiesOf, textOf } from './deployed-files.js';

const YAML = [...deployed('.yaml'), ...deployed('.yml')];
const PAGES = filesBelow('docs/operations');
/** Looks like one of ours and is a variable of the collector's configuration. */
const OF_OTHERS = ['LOG_FILES'];
const OURS =
  /`((?:KAFKA|HTTP|LOG|TOPIC|MAX|BATCH|SUMMARY|METRICS|PRIVACY|INPUT|OUTPUT|ERROR|FILTERED|STATE|REDIS|SHUTDOWN)_[A-Z0-9_]+)(?:=[^`]*)?`/g;

describe('The files of deploy/', () => {
  it.each(YAML)('%s is YAML', (path) => {
    expect(documentsOf(path).filter((document) => document === null)).toEqual([]);
  });

  it.each(deployed('.json'))('%s is JSON', (path) => {
    expect(Object.keys(jsonOf(path))).not.toEqual([]);
  });

  it.each(deployed('.properties'))('%s has each property once', (path) => {
    expect(propertiesOf(path).size).toBeGreaterThan(5);
  });

  it('are each named on a page', () => {
    const text = PAGES.map(textOf).join('\n');
    const unnamed = filesBelow('deploy')
      .filter(
        (path) =>
          path !== 'deploy/healthcheck.mjs' &&
          !/kustomization|versions\.tf|variables\.tf|topics\.tf/.test(path),
      )
      .filter((path) => !text.includes(`../../${path})`));
    expect(unnamed).toEqual([]);
  });
});

describe('The pages of docs/operations/', () => {
  it.each(PAGES)('%s has links that lead somewhere', (page) => {
    const links = [...textOf(page).matchAll(/\]\((?!https?:)([^)#\s]+)/g)].map(([, link]) => link);
    const dead = links.filter((link) => !existsSync(inProject(posix.join(posix.dirname(page), link))));
    expect(dead).toEqual([]);
  });

  it('are all in the index of their folder', () => {
    const unlisted = PAGES.filter((page) => {
      const name = posix.basename(page);
      const index = textOf(posix.join(posix.dirname(page), 'README.md'));
      return name !== 'README.md' && !index.includes(`[${name}](${name})`);
    });
    expect(unlisted).toEqual([]);
  });

  it.each(PAGES)('%s names only settings that there are', (page) => {
    const known = new Set(describeSettings().map(({ name }) => name));
    const named = [...textOf(page).matchAll(OURS)].map(([, name]) => name);
    expect(named.filter((name) => !known.has(name) && !OF_OTHERS.includes(name))).toEqual([]);
  });
});
