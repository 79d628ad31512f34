import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { commandFault } from './command-line.js';
import { hasTest, targetFault } from './page-links.js';

const page = { url: new URL('../../docs/delivery.md', import.meta.url), text: '' };

describe('the checks of a page', () => {
  it.each([
    ['npm run demo -- --seconds 5', null],
    ['npm test', null],
    ['login-stream tail output --max 5', null],
    ['npm run nothing', 'npm has no script nothing'],
    ['npm run cli tail', 'npm would take tail for itself'],
    ['npm run cli -- trail output', 'there is no command trail'],
    ['login-stream tail output --maximum 5', 'tail has no option --maximum'],
  ])('find of the command "%s": %s', (line, fault) => {
    expect(commandFault(line)).toBe(fault);
  });

  it('find files and headings that are not there', () => {
    expect(targetFault(page, 'delivery.md#how-it-is-kept')).toBeNull();
    expect(targetFault(page, '#how-it-is-kept')).toBeNull();
    expect(targetFault(page, 'delivery.md#how-it-is-lost')).toMatch(/no such heading/);
    expect(targetFault(page, 'delivered.md')).toMatch(/no such file/);
  });

  it('find only names of tests and of groups of tests', () => {
    const spec = readFileSync(new URL('../delivery/kill.spec.ts', import.meta.url), 'utf8');
    expect(hasTest(spec, 'kill -9 of the service')).toBe(true);
    expect(hasTest(spec, 'kill -9')).toBe(false);
  });
});
