import unit from './jest.config.mjs';

/** What needs a broker: one is started for the whole run; tests that harm a broker start their own. */
export default {
  ...unit,
  testMatch: ['<rootDir>/test/**/*.spec.ts'],
  globalSetup: '<rootDir>/test/support/start-broker.mjs',
  globalTeardown: '<rootDir>/test/support/stop-broker.mjs',
  testTimeout: 240_000,
};
