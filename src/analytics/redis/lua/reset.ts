import { KEY_ORDER } from '../keys.js';

const numberOf = (name: (typeof KEY_ORDER)[number]): number => KEY_ORDER.indexOf(name) + 1;

/**
 * Removes all keys, and notes where each partition begins then: below its first offset nothing is missing, nor what the input loses of
 * what is committed now. Removing comes first, so that it is not refused when the memory is full.
 */
export const RESET = `
local call = redis.call
for _, key in ipairs(KEYS) do call('UNLINK', key) end
for _, each in ipairs(cjson.decode(ARGV[1])) do
  local start = string.format('%.0f', each.start)
  call('HSET', KEYS[${numberOf('fence')}], each.partition, start)
  call('HSET', KEYS[${numberOf('settled')}], each.partition, start)
  call('HSET', KEYS[${numberOf('reset')}], each.partition, string.format('%.0f', each.committed))
end
return { 'reset' }
`;
