import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NodeProcess } from '../service/node-process.js';

const REAL_MESSAGES = fileURLToPath(new URL('../fixtures/real-messages.ndjson', import.meta.url));

/** A row of the account that the demo prints. */
function count(output: string, row: string): number {
  const match = new RegExp(`^${row}\\s+([\\d,]+)`, 'm').exec(output);
  if (match === null) throw new Error(`No row "${row}" in:\n${output}`);
  return Number(match[1].replaceAll(',', ''));
}

describe('the demo', () => {
  let folder: string;
  let demo: NodeProcess | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'login-stream-test-'));
  });
  afterEach(async () => {
    await demo?.destroy();
    await rm(folder, { recursive: true, force: true });
  });

  /** Its temporary files go into the folder of the test, so that what is left of them can be seen. */
  function start(...args: string[]): NodeProcess {
    demo = NodeProcess.spawn(['cli/main.js', 'demo', ...args], folder, { TMPDIR: folder });
    return demo;
  }

  it('ends by itself after --seconds with an account that adds up, and leaves nothing behind', async () => {
    const process = start('--seconds', '5', '--rate', '300');
    const [, url] = await process.until(/(http:\/\/[^/\s]+)\/health/);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    process.family();
    expect(await process.exit).toBe(0);
    const { output } = process;
    const [produced, ...outcomes] = ['produced', 'processed', 'filtered', 'errors'].map((row) =>
      count(output, row),
    );
    expect(produced).toBeGreaterThan(1_000);
    expect(outcomes.reduce((sum, outcome) => sum + outcome, 0)).toBe(produced);
    expect(Math.min(...outcomes)).toBeGreaterThan(0);
    expect(count(output, 'lag')).toBe(0);
    expect(output).toContain('every record has exactly one outcome');
    expect(output).not.toMatch(/\d of \d|Error:|\n\s+at /);
    await process.untilNothingIsLeft();
    expect(await readdir(folder)).toEqual([]);
  });

  it('shows with --input the account of exactly that file, and ends by itself', async () => {
    const process = start('--input', REAL_MESSAGES);
    expect(await process.exit).toBe(0);
    const lines = (await readFile(REAL_MESSAGES, 'utf8')).split('\n').filter((line) => line !== '');
    const types = lines.map((line) =>
      (JSON.parse(line) as { device_type?: string }).device_type?.toLowerCase(),
    );
    const { output } = process;
    const missing = types.filter((type) => type === undefined).length;
    // Lines that occur twice are one login, redelivered.
    const wanted = new Set(lines.filter((_, index) => ['android', 'ios'].includes(types[index] ?? ''))).size;
    expect(wanted).toBeLessThan(lines.length - missing);
    expect(count(output, 'produced')).toBe(lines.length);
    expect(count(output, 'processed')).toBe(wanted);
    expect(count(output, 'filtered')).toBe(lines.length - wanted - missing);
    expect(count(output, 'errors')).toBe(missing);
    expect(count(output, ' +missing_fields')).toBe(missing);
    const sample = JSON.parse(output.slice(output.indexOf('{\n'))) as Record<string, unknown>;
    expect(sample).toHaveProperty('most_common_device_type');
    await process.untilNothingIsLeft();
  });

  it.each([
    ['mobile-analytics', 'processed-user-login', 'total_logins_for_version', /Processed \d+00 messages: throughput/],
    ['privacy-audit', 'processed-output', 'ip', /One record of metrics-output:\n\{\n {2}"message_details"/],
    ['insights', 'processed-logins', 'readable_login_time', /One record of metrics:\n\{\n {2}"device_counts"/],
    ['sessions', 'processed-user-login', 'session_count', /Summary \{"sequence":/],
    ['basic', 'processed-user-login', 'processed_timestamp', /every record has exactly one outcome/],
  ])('shows the profile %s running', async (profile, topic, field, shown) => {
    const process = start('--profile', profile, '--seconds', '4', '--rate', '200');
    expect([await process.exit, process.output]).toEqual([0, expect.stringContaining('exactly one outcome')]);
    expect(process.output).toMatch(new RegExp(`^processed +[\\d,]+ {2}${topic}$`, 'm'));
    expect(process.output).toMatch(new RegExp(`^ {2}"${field}": `, 'm'));
    expect(process.output).toMatch(shown);
    await process.untilNothingIsLeft();
  }); // prettier-ignore

  it('ends everything cleanly at Ctrl-C, with the account', async () => {
    const process = start();
    await process.until(/produced \d+ {2}processed \d+/);
    expect(process.family().length).toBeGreaterThan(1);
    process.interrupt();
    expect(await process.exit).toBe(0);
    expect(count(process.output, 'processed')).toBeGreaterThan(0);
    expect(process.output).toContain('every record has exactly one outcome');
    await process.untilNothingIsLeft();
    expect(await readdir(folder)).toEqual([]);
  });

  it('ends at once at a second signal, and leaves no process', async () => {
    const process = start();
    await process.until(/Sending/);
    process.family();
    // Two of the same signal could become one.
    process.interrupt();
    process.signal('SIGTERM');
    expect([128 + 2, 128 + 15]).toContain(await process.exit);
    await process.untilNothingIsLeft();
  });

  it.each(['SIGHUP', 'SIGKILL'] as const)('takes everything with it when %s ends it', async (signal) => {
    const process = start();
    await process.until(/Sending/);
    process.family();
    process.signal(signal);
    expect(await process.exit).toBe(signal);
    await process.untilNothingIsLeft();
  });

  it('ends cleanly when it is interrupted while the broker still starts', async () => {
    const process = start();
    await process.until(/starting Apache Kafka/);
    process.family();
    process.interrupt();
    await process.exit;
    await process.untilNothingIsLeft();
    expect(await readdir(folder)).toEqual([]);
  });

  it.each<[args: string[], message: RegExp, code?: number]>([
    [['--seconds', 'soon'], /--seconds/],
    [['--input', 'nowhere.ndjson'], /nowhere\.ndjson/],
    [['--bad-percent', '101'], /--bad.*from 0 to 100/],
    [['--profile', 'insight'], /PROFILE must be one of: standard, mobile-analytics/, 78],
    [['--frequency', '1'], /unknown option.*--frequency/],
  ])('says what is wrong with %j before it starts anything', async (args, message, code = 1) => {
    const process = start(...args);
    expect(await process.exit).toBe(code);
    expect(process.output).toMatch(message);
    expect(process.output).not.toMatch(/\n\s+at |starting Apache Kafka/);
    await process.untilNothingIsLeft();
  });
});
