import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isPath, locate } from './locate.js';
import { importedFrom } from './resolve-hook.js';

describe('locate', () => {
  let directory: string;
  const url = (name: string): URL => pathToFileURL(join(directory, name));
  beforeAll(() => {
    directory = realpathSync(mkdtempSync(join(tmpdir(), 'login-stream-test-')));
    const files = {
      'file.js': '',
      'exports/package.json': '{"name":"@acme/x","exports":"./index.js"}',
      'main/package.json': '{"name":"@acme/y","main":"./lib/entry.js"}',
      'main/lib/entry.js': '',
      'index/index.js': '',
      'nothing/readme.txt': '',
      'broken/package.json': '{',
    };
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(directory, name, '..'), { recursive: true });
      writeFileSync(join(directory, name), text);
    }
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  it('looks for a package from the working directory, then beside the service', () => {
    const [first, second, ...none] = locate('@acme/x/login', directory);
    expect(first).toBe(importedFrom('@acme/x/login', url('/')));
    expect(new URLSearchParams(second.slice(second.indexOf('?'))).get('from')).toMatch(
      /extensions\/locate\.[jt]s$/,
    );
    expect(none).toEqual([]);
  });

  it('takes a file as it is, and a folder as its package.json says', () => {
    expect(locate('./file.js', directory)).toEqual([url('file.js').href]);
    expect(locate(join(directory, 'file.js'), '/')).toEqual([url('file.js').href]);
    expect(locate('./exports', directory)).toEqual([importedFrom('@acme/x', url('exports/'))]);
    expect(locate('./main', directory)).toEqual([url('main/lib/entry.js').href]);
    expect(locate('./index/', directory)).toEqual([url('index/index.js').href]);
  });

  it('says what is not there', () => {
    expect(() => locate('./none', directory)).toThrow(`nothing is at ${directory}/none`);
    expect(() => locate('./nothing', directory)).toThrow('has no package.json with "name" and "exports"');
    expect(() => locate('./broken', directory)).toThrow('broken/package.json cannot be read');
  });

  it.each([
    ['.', true],
    ['..', true],
    ['./x', true],
    ['../x', true],
    ['/x', true],
    ['.x', false],
    ['@acme/x', false],
    ['examples/x', false],
  ])('takes %s for a path: %p', (entry, expected) => {
    expect(isPath(entry)).toBe(expected);
  });
});
