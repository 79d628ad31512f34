import type { RiskRuleClass } from '../rule.js';
import { ImpossibleTravel } from './impossible-travel.js';
import { LoginBurst } from './login-burst.js';
import { NewDevice } from './new-device.js';
import { SeveralIps } from './several-ips.js';
import { SharedDevice } from './shared-device.js';

/** Every rule, one line each, in the order of `risk_reasons`. */
export const RISK_RULES: readonly RiskRuleClass[] = [
  SeveralIps,
  ImpossibleTravel,
  NewDevice,
  SharedDevice,
  LoginBurst,
];
