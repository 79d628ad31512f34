import type { ChaosCase } from '../case.js';
import { brokerCases } from './broker.js';
import { damageCases } from './damage.js';
import { fleetCases } from './fleet.js';
import { freezeCases } from './freeze.js';
import { killCases } from './kill.js';
import { machineCases } from './machine.js';
import { mixedCases } from './mixed.js';
import { networkCases } from './network.js';
import { rebalanceCases } from './rebalance.js';
import { redisCases } from './redis.js';
import { refusalCases } from './refusals.js';
import { standbyCases } from './standby.js';
import { stopCases } from './stop.js';
import { summaryCases } from './summaries.js';
import { topicCases } from './topics.js';

export const CASES: readonly ChaosCase[] = [
  ...killCases,
  ...stopCases,
  ...freezeCases,
  ...standbyCases,
  ...brokerCases,
  ...networkCases,
  ...rebalanceCases,
  ...topicCases,
  ...refusalCases,
  ...machineCases,
  ...damageCases,
  ...summaryCases,
  ...mixedCases,
  ...fleetCases,
  ...redisCases,
];
