import { describe, expect, it } from '@jest/globals';
import { sharedBroker } from '../support/kafka.js';
import { ServiceProcess } from '../support/service-process.js';
import { ownNames } from './run.js';

describe('STATE_STORE=none', () => {
  it('ends the start with 78 and a sentence for each thing that has to be remembered', async () => {
    const settings = {
      ...ownNames(),
      KAFKA_BROKERS: sharedBroker(),
      STATE_STORE: 'none',
      LOG_FORMAT: 'pretty',
    };
    const service = ServiceProcess.spawn(settings);
    try {
      expect(await service.exit).toBe(78);
      for (const reason of [
        /the output has .*"session_id"/,
        /summaries count \(SUMMARY_EVERY_MESSAGES=0 and SUMMARY_EVERY_SECONDS=0 switch them off\)/,
        /duplicates are looked for \(DEDUPE_SECONDS=0 switches it off\)/,
      ])
        expect(service.output).toMatch(new RegExp(`STATE_STORE must not be none: ${reason.source}`));
      expect(service.output).not.toContain('HTTP port');
    } finally {
      await service.destroy();
    }
  });
});
