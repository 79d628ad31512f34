import { describe, expect, it } from '@jest/globals';
import { sharedBroker } from '../support/kafka.js';
import { ServiceProcess } from '../support/service-process.js';
import { message, runService } from './run.js';

const EX_CONFIG = 78;

async function failedStart(settings: Record<string, string>): Promise<string> {
  const service = ServiceProcess.spawn(settings);
  try {
    expect(await service.exit).toBe(EX_CONFIG);
    return service.output;
  } finally {
    await service.destroy();
  }
}

describe('bad settings', () => {
  it('end the process with 78 and a list of all of them, without their values', async () => {
    const bad = {
      KAFKA_BROKERS: 'secret-host',
      KAFKA_SASL_MECHANISM: 'rot13',
      TOPICS: 'destroy',
      PROFILE: 'nobody',
      DELIVERY: 'twice',
      COMPRESSION: 'zip9',
      BATCH_MAX_BYTES: '-17',
      APP_VERSIONS: '77.3',
      MAX_MESSAGE_AGE_SECONDS: '1e3',
      UNKNOWN_FIELDS: 'shred',
      LOCALE_SCHEME: 'zodiac',
      IP_PRIVACY: 'hash',
      DEVICE_PRIVACY: 'rot14',
      PRIVACY_KEY_FILE: '/nowhere/privacy-key',
      HTTP_PORT: '70123',
      HTTP_HOST: '1.2.3',
      SHUTDOWN_TIMEOUT_MS: 'soon',
      LOG_LEVEL: 'shout',
      MAP_LIMIT: '00041',
      INPUT_TOPIC: 'mine/theirs',
    };
    const output = await failedStart(bad);
    for (const [name, value] of Object.entries(bad)) {
      if (name === 'IP_PRIVACY') continue; // its key is given, but cannot be read
      expect(output).toMatch(new RegExp(`^\\s+${name}\\b`, 'm'));
      expect(output).not.toMatch(new RegExp(`(?<![\\w-])${value.replaceAll('.', '\\.')}(?![\\w-])`));
    }
    expect(output).not.toMatch(/\n\s+at /);
  });

  it.each([
    ['IP_PRIVACY', { IP_PRIVACY: 'hash' }],
    ['PRIVACY_KEY', { PRIVACY_KEY: 'hidden', PRIVACY_KEY_FILE: '/etc/hostname' }],
    ['KAFKA_BROKERS', { NODE_ENV: 'production' }],
    ['ERROR_TOPIC', { ERROR_TOPIC: 'user-login' }],
    ['INPUT_TOPIC', { INPUT_TOPIC: '' }],
  ])('of more than one variable name the one to change: %s', async (name, settings) => {
    const output = await failedStart(settings);
    expect(output).toContain(name);
    expect(output).not.toContain('hidden');
  });

  it('leave no broker running: nothing is started before all settings are good', async () => {
    expect(await failedStart({ KAFKA_BROKERS: 'embedded', LOG_LEVEL: 'x' })).not.toMatch(
      /Kafka is ready|starting/,
    );
  });
});

describe('a misspelt variable', () => {
  it('is warned about with the suggestion, and ignored', async () => {
    const run = await runService({
      partitions: [[message('x')]],
      settings: { OUTPUT_TOPICS: 'elsewhere', KAFKA_BROKER: sharedBroker() },
    });
    const warnings = run.log.split('\n').filter((line) => line.includes('"level":40'));
    expect(warnings.some((line) => /OUTPUT_TOPICS looks like OUTPUT_TOPIC\b/.test(line))).toBe(true);
    expect(warnings.some((line) => /KAFKA_BROKER looks like KAFKA_BROKERS/.test(line))).toBe(true);
    expect(run.log).not.toContain('elsewhere');
  });
});
