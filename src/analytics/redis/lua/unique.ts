/** Up to so many the number is exact. */
export const EXACT_LIMIT = 1_024;

/**
 * How many distinct hashes there were: a set up to 1,025 of them, beside it a HyperLogLog whose registers are bytes of a string. The
 * histogram of the registers' values is kept, so that an estimate needs no look at the registers.
 */
export const UNIQUE = `
local EXACT_LIMIT = ${EXACT_LIMIT}
local VALUES = 48

local function openUnique(name, registers, seen)
  return { exact = 'exact' .. name, histogram = 'histogram' .. name, registers = registers, seen = seen, values = false }
end

local function readHistogram(unique)
  local values = {}
  local text = S[unique.histogram]
  if text == '' then
    for i = 1, VALUES do values[i] = 0 end
    values[1] = 262144
  else
    for i = 1, VALUES do values[i] = read('<I4', text, 4 * i - 3) end
  end
  unique.values = values
  return values
end

-- \`place\` is the register's number and, in the lowest six bits, the value.
local function addUnique(unique, hash, place)
  if S[unique.exact] <= EXACT_LIMIT then
    S[unique.exact] = S[unique.exact] + call('SADD', unique.seen, hash)
    if S[unique.exact] > EXACT_LIMIT then call('UNLINK', unique.seen) end
  end
  local value = place % 64
  local register = (place - value) / 64
  local before = byte(call('GETRANGE', unique.registers, register, register)) or 0
  if value > before then
    local values = unique.values or readHistogram(unique)
    call('SETRANGE', unique.registers, register, string.char(value))
    values[before + 1] = values[before + 1] - 1
    values[value + 1] = values[value + 1] + 1
  end
end

local function packHistogram(unique)
  if not unique.values then return end
  local parts = {}
  for i = 1, VALUES do parts[i] = pack('<I4', unique.values[i]) end
  S[unique.histogram] = table.concat(parts)
end

-- The exact number, or the histogram to estimate it from.
local function uniqueNow(unique)
  if S[unique.exact] <= EXACT_LIMIT then return { S[unique.exact], false } end
  packHistogram(unique)
  return { S[unique.exact], S[unique.histogram] }
end
`;
