/**
 * How many users were active within the gap of the greatest event time: users by the second of their last event. Each generation of
 * rows has its own, which goes with it. Changes of a batch are gathered; the seconds that the time has left behind are taken
 * out when the number is asked for, and at the end.
 */
export const ACTIVE = `
local changeNow, changeOld = {}, {}

local function isActive(second)
  return second > 0 and S.greatest - second <= conf.gap
end

local function activeNow(second, users)
  if not isActive(second) then return end
  changeNow[second] = (changeNow[second] or 0) + users
  S.activeNow = S.activeNow + users
end

local function activeOld(second, users)
  if not isActive(second) then return end
  changeOld[second] = (changeOld[second] or 0) + users
  S.activeOld = S.activeOld + users
end

local function sawTime(time)
  if time > S.greatest then
    if S.greatest == 0 then S.trimmed = time - conf.gap end
    S.greatest = time
  end
end

local function leave(key, change, total, seconds, values)
  for i = 1, #seconds do
    local second = seconds[i]
    total = total - (tonumber(values[i]) or 0) - (change[second] or 0)
    change[second] = nil
  end
  if #seconds > 0 then call('HDEL', key, unpack(seconds)) end
  return total
end

-- Few seconds are asked for one by one; after a great leap it is cheaper to look at all that are there.
local function trimOne(key, change, total, oldest)
  if oldest - S.trimmed > call('HLEN', key) + 500 then
    for second, users in pairs(change) do
      if second < oldest then
        total = total - users
        change[second] = nil
      end
    end
    local all = call('HGETALL', key)
    local seconds, values = {}, {}
    for i = 1, #all, 2 do
      if tonumber(all[i]) < oldest then
        seconds[#seconds + 1] = tonumber(all[i])
        values[#values + 1] = all[i + 1]
        if #seconds == 500 then
          total = leave(key, change, total, seconds, values)
          seconds, values = {}, {}
        end
      end
    end
    return leave(key, change, total, seconds, values)
  end
  for from = S.trimmed, oldest - 1, 500 do
    local seconds = {}
    for second = from, math.min(from + 499, oldest - 1) do seconds[#seconds + 1] = second end
    total = leave(key, change, total, seconds, call('HMGET', key, unpack(seconds)))
  end
  return total
end

local function trimActive()
  local oldest = S.greatest - conf.gap
  if oldest <= S.trimmed then return end
  S.activeNow = trimOne(K.active, changeNow, S.activeNow, oldest)
  S.activeOld = trimOne(K.activeOld, changeOld, S.activeOld, oldest)
  S.trimmed = oldest
end

local function countActive()
  trimActive()
  return S.activeNow + S.activeOld
end

-- The users of the older rows are forgotten with them.
local function turnActive()
  if not conf.active then return end
  call('UNLINK', K.activeOld)
  if call('EXISTS', K.active) == 1 then call('RENAME', K.active, K.activeOld) end
  changeOld, changeNow = changeNow, {}
  S.activeOld, S.activeNow = S.activeNow, 0
end

local function writeActive()
  trimActive()
  for second, users in pairs(changeNow) do
    if users ~= 0 then call('HINCRBY', K.active, second, users) end
  end
  for second, users in pairs(changeOld) do
    if users ~= 0 then call('HINCRBY', K.activeOld, second, users) end
  end
end
`;
