import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aLogin, assertProcessorContract, runProcessor } from 'login-stream/testing';
import { OutdatedAppProcessor } from './outdated-app.processor.js';
import { OutdatedAppSettings } from './outdated-app.settings.js';

const processor = () => new OutdatedAppProcessor(new OutdatedAppSettings());
const versions = (...versions: string[]) => versions.map((app_version) => aLogin({ app_version }));

describe('OutdatedAppProcessor', () => {
  it('compares versions, not texts', () => {
    const added = runProcessor(processor(), versions('2.2.9', '2.3.0', '10.0.0'));
    assert.deepEqual(
      added.map(({ app_outdated }) => app_outdated),
      [true, false, false],
    );
  });

  it('remembers the versions of each user within the window', () => {
    const day = 86_400;
    const added = runProcessor(processor(), [
      aLogin({ app_version: '2.3.0', timestamp: 100 * day }),
      aLogin({ app_version: '2.3.0', timestamp: 101 * day }),
      aLogin({ app_version: '2.4.0', timestamp: 102 * day }),
      aLogin({ app_version: '2.5.0', timestamp: 120 * day }),
      aLogin({ app_version: '2.4.0', timestamp: 120 * day, user_id: 'another' }),
    ]);
    assert.deepEqual(
      added.map(({ several_app_versions }) => several_app_versions),
      [false, false, true, false, false],
    );
  });

  it('does what the service relies on', () => {
    assertProcessorContract(processor());
  });
});
