import fs from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AppLogger } from './app-logger.js';

describe('AppLogger', () => {
  let written: string;
  beforeEach(() => {
    written = '';
    jest.spyOn(fs, 'writeSync').mockImplementation(((_fd: number, data: string | Buffer) => {
      written += String(data);
      return Buffer.byteLength(data);
    }) as typeof fs.writeSync);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const entries = () =>
    written
      .trim()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it('writes one line of JSON per entry: level, time, context and message', () => {
    new AppLogger({ level: 'info', format: 'json' }).log('two\nlines', 'Topics');
    expect(entries()).toEqual([
      { level: 30, time: expect.any(String), context: 'Topics', msg: 'two\nlines' },
    ]);
    const { time } = entries()[0];
    expect(new Date(time as string).toISOString()).toBe(time);
  });

  it('has a level for each of Nest’s', () => {
    const logger = new AppLogger({ level: 'trace', format: 'json' });
    for (const method of ['verbose', 'debug', 'log', 'warn', 'error', 'fatal'] as const)
      logger[method]('x', 'C');
    expect(entries().map(({ level }) => level)).toEqual([10, 20, 30, 40, 50, 60]);
  });

  it.each([
    ['trace', 6],
    ['info', 4],
    ['warn', 3],
    ['fatal', 1],
  ] as const)('writes at LOG_LEVEL=%s only what is as important', (level, count) => {
    const logger = new AppLogger({ level, format: 'json' });
    for (const method of ['verbose', 'debug', 'log', 'warn', 'error', 'fatal'] as const)
      logger[method]('x', 'C');
    expect(entries()).toHaveLength(count);
  });

  it('keeps the stack of an error, and its context', () => {
    new AppLogger({ level: 'info', format: 'json' }).error('broken', 'Error: broken\n    at x', 'Main');
    expect(entries()[0]).toMatchObject({ context: 'Main', msg: 'broken', stack: 'Error: broken\n    at x' });
  });

  it.each([
    [new Error('a message'), 'a message'],
    [{ a: 1 }, '{"a":1}'],
    ['text', 'text'],
  ])('writes %p as text', (message, text) => {
    new AppLogger({ level: 'info', format: 'json' }).log(message);
    expect(entries()[0].msg).toBe(text);
  });

  it('takes a message without a context', () => {
    new AppLogger({ level: 'info', format: 'json' }).log('alone');
    expect(entries()[0]).not.toHaveProperty('context');
  });

  it('writes readable lines for people', () => {
    new AppLogger({ level: 'info', format: 'pretty' }).warn('Waiting', 'Topics');
    expect(written).toMatch(/WARN.*\[Topics\] Waiting/);
    expect(written).not.toContain('{');
  });
});
