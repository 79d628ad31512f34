import { afterEach, describe, expect, it } from '@jest/globals';
import { sharedBroker } from '../support/kafka.js';
import { Scenario } from './scenario.js';
import { exactlyOnce } from './verdict.js';

const KILLS = 5;

describe('kill -9 of the service', () => {
  let scenario: Scenario;
  afterEach(() => scenario.destroy());

  it('under load, again and again, leaves every input with exactly one outcome', async () => {
    // Small batches: many transactions, so that a kill finds one in every state.
    scenario = await new Scenario(sharedBroker(), { BATCH_MAX_BYTES: '8192' }).prepare();
    await scenario.killUnderLoad(KILLS);
    expect(await scenario.verdict()).toEqual(exactlyOnce(scenario.fed));
  });
});
