import { describe, expect, it } from '@jest/globals';
import { serverProperties } from './server-properties.js';

const PORTS = { broker: 20001, controller: 20002 };

describe('serverProperties', () => {
  it('listens on the loopback address only', () => {
    const addresses = serverProperties(PORTS, {}).match(/\w+:\/\/[^,\n]+/g);
    expect(addresses).toEqual([
      'PLAINTEXT://127.0.0.1:20001',
      'CONTROLLER://127.0.0.1:20002',
      'PLAINTEXT://127.0.0.1:20001',
    ]);
  });

  it('lets the caller win', () => {
    const text = serverProperties(PORTS, { 'offsets.topic.num.partitions': '7', 'log.retention.ms': '1000' });
    expect(text).toContain('offsets.topic.num.partitions=7\n');
    expect(text).not.toContain('offsets.topic.num.partitions=5');
    expect(text).toContain('log.retention.ms=1000\n');
  });

  it('writes a value so that Java reads the same', () => {
    expect(serverProperties(PORTS, { a: 'x\\y\nz=ü€' })).toContain('a=x\\u005cy\\u000az=\\u00fc\\u20ac\n');
  });
});
