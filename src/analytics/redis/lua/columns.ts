/** What late processors remember in a row: per column the number of entries in a byte, then the entries. */
export const COLUMNS = `
local function readColumns(text, at, columns)
  local state = {}
  for i = 1, #columns do
    local bytes = byte(text, at) * columns[i].size
    state[i] = sub(text, at + 1, at + bytes)
    at = at + 1 + bytes
  end
  return state
end

local function blankColumns(columns)
  local state = {}
  for i = 1, #columns do state[i] = '' end
  return state
end

local function formatColumns(state, columns)
  local parts = {}
  for i = 1, #columns do
    parts[2 * i - 1] = string.char(#state[i] / columns[i].size)
    parts[2 * i] = state[i]
  end
  return table.concat(parts)
end

-- The distinct values with the greatest times, each with its greatest; of equal times the smaller value stays.
local function mergeValue(entries, keep, value, time)
  local least, leastTime, leastValue
  for at = 1, #entries, 8 do
    local other, before = read('<I4I4', entries, at)
    if other == value then
      if time <= before then return entries end
      return sub(entries, 1, at + 3) .. pack('<I4', time) .. sub(entries, at + 8)
    end
    if not least or before < leastTime or (before == leastTime and other > leastValue) then
      least, leastTime, leastValue = at, before, other
    end
  end
  if #entries < 8 * keep then return entries .. pack('<I4I4', value, time) end
  if leastTime < time or (leastTime == time and leastValue > value) then
    return sub(entries, 1, least - 1) .. pack('<I4I4', value, time) .. sub(entries, least + 8)
  end
  return entries
end

local function mergeTime(entries, keep, time)
  if #entries < 4 * keep then return entries .. pack('<I4', time) end
  local least, leastTime
  for at = 1, #entries, 4 do
    local before = read('<I4', entries, at)
    if not least or before < leastTime then least, leastTime = at, before end
  end
  if leastTime >= time then return entries end
  return sub(entries, 1, least - 1) .. pack('<I4', time) .. sub(entries, least + 4)
end

-- \`values\` is where the login's remembered values are in the facts: each plus one, 0 for none.
local function remember(state, columns, facts, values, time)
  if time > 4294967295 then time = 4294967295 end
  for i = 1, #columns do
    local column = columns[i]
    if column.field < 0 then
      state[i] = mergeTime(state[i], column.keep, time)
    else
      local value = read('<I5', facts, values + 5 * column.field)
      if value > 0 then state[i] = mergeValue(state[i], column.keep, value - 1, time) end
    end
  end
end
`;
