import { describe, expect, it } from '@jest/globals';
import { loadSettings } from '../../config/load-settings.js';
import { PROFILES } from '../../profiles/profiles.js';
import { resolveTopic } from './resolve-topic.js';

const topics = (env: NodeJS.ProcessEnv = {}) =>
  loadSettings(env, { profiles: PROFILES, stdoutIsTty: false }).settings.topic;

describe('the topic of a word', () => {
  it.each([
    ['input', 'user-login', 'input'],
    ['output', 'processed-user-login', 'processed'],
    ['processed', 'processed-user-login', 'processed'],
    ['error', 'processed-errors', 'error'],
    ['filtered', 'cleaned-data', 'filtered'],
    ['summary', 'summary-output', 'summary'],
    ['metrics', 'metrics-output', 'metrics'],
  ])('%s is %s', (word, topic, role) => {
    expect(resolveTopic(word, topics())).toEqual({ topic, role });
  });

  it('goes by the settings', () => {
    expect(resolveTopic('output', topics({ OUTPUT_TOPIC: 'out' }))).toEqual({
      topic: 'out',
      role: 'processed',
    });
  });

  it('knows the role of a topic by its name', () => {
    expect(resolveTopic('cleaned-data', topics())).toEqual({ topic: 'cleaned-data', role: 'filtered' });
  });

  it('is any other topic by its name, without a role', () => {
    expect(resolveTopic('orders', topics())).toEqual({ topic: 'orders', role: null });
  });

  it('is none when the role is off', () => {
    expect(() => resolveTopic('filtered', topics({ FILTERED_TOPIC: '' }))).toThrow('FILTERED_TOPIC is empty');
  });
});
