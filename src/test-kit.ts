/** `login-stream/testing`: what the specs of processors need. It knows of no test framework; what is wrong is thrown. */
export { aLogin } from './extensions/test-kit/a-login.js';
export type { LoginFields } from './extensions/test-kit/a-login.js';
export { assertLookupContract, assertProcessorContract } from './extensions/test-kit/contract.js';
export type { ContractOptions } from './extensions/test-kit/contract.js';
export { someLogins } from './extensions/test-kit/some-logins.js';
export { runLookup, runProcessor } from './extensions/test-kit/run-processor.js';
export type { RunOptions } from './extensions/test-kit/run-processor.js';
