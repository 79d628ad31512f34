/**
 * Counts by key. The keys of a batch come numbered; where a key of each is counted is found once a batch: in a full count it is the
 * place of \`other\`.
 */
export const COUNTS = `
local function openCounts(key, names, limit)
  local counts = { key = key, names = names, limit = limit, slot = {}, add = {}, have = {}, over = 0 }
  local other
  for i = 1, #names do if names[i] == 'other' then other = i end end
  if not other then
    other = #names + 1
    names[other] = 'other'
  end
  counts.other = other
  counts.base = call('HMGET', key, unpack(names))
  for i = 1, #names do counts.have[i] = counts.base[i] and true end
  counts.size = call('HLEN', key)
  counts.sizeBefore = counts.size
  return counts
end

local function findSlot(counts, i)
  local slot = i
  if not counts.have[i] then
    if counts.size >= counts.limit and i ~= counts.other then slot = counts.other end
    if not counts.have[slot] then
      counts.have[slot] = true
      counts.size = counts.size + 1
    end
  end
  counts.slot[i] = slot
  counts.add[slot] = counts.add[slot] or 0
  return slot
end

local function count(counts, i)
  local slot = counts.slot[i] or findSlot(counts, i)
  if slot ~= i then counts.over = counts.over + 1 end
  counts.add[slot] = counts.add[slot] + 1
end

local function writeCounts(counts)
  for slot, add in pairs(counts.add) do
    if add > 0 then call('HINCRBY', counts.key, counts.names[slot], add) end
  end
end

-- How they were before the batch; everything that was counted where a summary may have to say it.
local function countsBefore(counts, all)
  return { counts.sizeBefore, counts.base, all and call('HGETALL', counts.key) or false }
end
`;
