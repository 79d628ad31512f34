/**
 * Values that were processed, by hash and span of arrival: of each its arrivals and places, which are few. Two generations by
 * number of records: the older one goes as a whole.
 */
export const DUPLICATES = `
local places = { now = {}, old = {}, dirty = {}, home = {}, near = {} }

local function fetchPlaces(wanted, now, old)
  for from = 1, #wanted, 500 do
    local last = math.min(from + 499, #wanted)
    local found = call('HMGET', now, unpack(wanted, from, last))
    for i = from, last do places.now[wanted[i]] = found[i - from + 1] end
    if S.duplicatesOld > 0 then
      found = call('HMGET', old, unpack(wanted, from, last))
      for i = from, last do places.old[wanted[i]] = found[i - from + 1] end
    end
  end
end

-- The keys of the batch: of each login its own, and that of the neighbouring span if the window reaches into it.
local function openPlaces()
  places.half = math.max(1, math.floor(conf.dedupeLimit / 2))
  local wanted = {}
  for i = 1, head.records do
    local at = (i - 1) * conf.stride + 1
    if byte(facts, at) == 0 then
      at = at + conf.dedupeAt
      places.home[i] = sub(facts, at + 16, at + 23)
      wanted[#wanted + 1] = places.home[i]
      if byte(facts, at + 24) == 1 then
        places.near[i] = sub(facts, at + 25, at + 32)
        wanted[#wanted + 1] = places.near[i]
      end
    end
  end
  fetchPlaces(wanted, K.duplicates, K.duplicatesOld)
end

local function writePlaces()
  local arguments = {}
  for key in pairs(places.dirty) do
    arguments[#arguments + 1] = key
    arguments[#arguments + 1] = places.now[key]
    if #arguments == 1000 then
      call('HSET', K.duplicates, unpack(arguments))
      arguments = {}
    end
  end
  if #arguments > 0 then call('HSET', K.duplicates, unpack(arguments)) end
  places.dirty = {}
end

local function isAmong(entries, arrival, partition, offset)
  if not entries then return false end
  for at = 1, #entries, 16 do
    local otherArrival, otherPartition, otherOffset = read('<i6I4I6', entries, at)
    if math.abs(otherArrival - arrival) <= conf.dedupeMs
      and (otherPartition ~= partition or otherOffset ~= offset) then return true end
  end
  return false
end

local function isRemembered(key, at)
  local now, old = places.now[key], places.old[key]
  if not now and not old then return false end
  local arrival, partition, offset = read('<i6I4I6', facts, at)
  return isAmong(now, arrival, partition, offset) or isAmong(old, arrival, partition, offset)
end

local function rememberPlace(key, place)
  if S.duplicatesNow >= places.half then
    writePlaces()
    call('UNLINK', K.duplicatesOld)
    call('RENAME', K.duplicates, K.duplicatesOld)
    places.old, places.now = places.now, {}
    S.duplicatesOld, S.duplicatesNow = S.duplicatesNow, 0
  end
  places.now[key] = (places.now[key] or '') .. place
  places.dirty[key] = true
  S.duplicatesNow = S.duplicatesNow + 1
end

-- Remembers the login unless it is a duplicate.
local function isDuplicate(i, at)
  at = at + conf.dedupeAt
  if isRemembered(places.home[i], at) then return true end
  if places.near[i] and isRemembered(places.near[i], at) then return true end
  rememberPlace(places.home[i], sub(facts, at, at + 15))
  return false
end
`;
