import { describe, expect, it, jest } from '@jest/globals';
import type { ResolveHookContext } from 'node:module';
import { importedFrom, resolve } from './resolve-hook.js';

const CONTEXT: ResolveHookContext = {
  conditions: ['node', 'import'],
  importAssertions: {},
  importAttributes: {},
  parentURL: 'file:///elsewhere/index.js',
};

/** What Node is asked for in the end. */
function asked(specifier: string): { specifier: string; parent: string | undefined; answer: string } {
  const next = jest.fn((_specifier: string, _context: ResolveHookContext) => 'answer');
  const answer = resolve(specifier, CONTEXT, next);
  const [[wanted, context]] = next.mock.calls;
  return { specifier: wanted, parent: context.parentURL, answer };
}

describe('resolve', () => {
  it.each([
    'login-stream/processor',
    '@nestjs/common',
    '@nestjs/core/injector/module.js',
    'reflect-metadata',
  ])('looks for %s beside the service, whoever imports it', (specifier) => {
    const { parent, ...rest } = asked(specifier);
    expect(parent).toMatch(/resolve-hook\.[jt]s$/);
    expect(rest).toEqual({ specifier, answer: 'answer' });
  });

  it.each(['semver', './file.js', 'node:fs', 'login-streams', '@nestjs/common-ground', 'reflect-metadata-2'])(
    'leaves %s alone',
    (specifier) => {
      expect(asked(specifier)).toEqual({ specifier, parent: CONTEXT.parentURL, answer: 'answer' });
    },
  );

  it('looks for a package as files of another folder find it', () => {
    const from = new URL('file:///an%20ext&ension/');
    expect(asked(importedFrom('@acme/x', from))).toEqual({
      specifier: '@acme/x',
      parent: from.href,
      answer: 'answer',
    });
  });
});
