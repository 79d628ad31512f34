import { ACTIVE } from './active.js';
import { COLUMNS } from './columns.js';
import { COMPARISON } from './comparison.js';
import { COUNTS } from './counts.js';
import { DEVICES } from './devices.js';
import { DUPLICATES } from './duplicates.js';
import { GENERATIONS } from './generations.js';
import { PRELUDE } from './prelude.js';
import { UNIQUE } from './unique.js';
import { USERS } from './users.js';

const ARGUMENTS = `
local conf = cjson.decode(ARGV[2])
local facts = ARGV[3]
local partition = head.partition
`;

/** What the batch is applied to, and what it was before. */
const OPENING = `
local names = cjson.decode(ARGV[4])
local UNBOUNDED = 1e15
local versions = openCounts(K.versions, names.versions, conf.mapLimit)
local locales = openCounts(K.locales, names.locales, conf.mapLimit)
local types = openCounts(K.types, names.types, conf.mapLimit)
local regions = openCounts(K.regions, names.regions, UNBOUNDED)
local countries = openCounts(K.countries, names.countries, UNBOUNDED)
local others = openCounts(K.others, names.others, UNBOUNDED)
local hours = {}
local users = conf.users and openTable(K.users, K.usersOld, ARGV[5], 19, conf.maxUsers, 'usersEvicted',
  parseUser, formatUser, blankUser)
local devices = conf.devices and openTable(K.devices, K.devicesOld, ARGV[6], 11, conf.maxDevices, 'devicesEvicted',
  parseDevice, formatDevice, blankDevice)
local uniqueUsers = openUnique('Users', K.registersUsers, K.seenUsers)
local uniqueDevices = openUnique('Devices', K.registersDevices, K.seenDevices)
if conf.dedupe then openPlaces() end

local function stateOf(rows, columns)
  local parts = {}
  local nothing = string.rep('\\0', #columns)
  for i = 1, rows.count do
    if rows.raw[i] then
      rows.row[i] = rows.parse(rows.raw[i])
      parts[i] = rows.row[i].tail
    else
      parts[i] = nothing
    end
  end
  return table.concat(parts)
end
local userStates = users and #conf.userColumns > 0 and stateOf(users, conf.userColumns) or false
local deviceStates = devices and #conf.deviceColumns > 0 and stateOf(devices, conf.deviceColumns) or false

-- Whether a summary may become due in this batch.
local every = conf.every
local mayBeDue = every > 0 and math.floor((S.processed + head.records) / every) > math.floor(S.processed / every)
if S.start == 0 then S.start = head.now end
local before = {
  S.processed, S.filtered, S.errors, S.suspicious, S.start, S.beforeReceived, S.beforeProcessed, S.beforeFiltered,
  S.beforeErrors, S.beforeSuspicious, S.beforeStarted, S.mostCount, S.mostType,
  countsBefore(versions, mayBeDue), countsBefore(locales, mayBeDue), countsBefore(types, mayBeDue),
  countsBefore(regions, mayBeDue), countsBefore(countries, mayBeDue), countsBefore(others, mayBeDue),
  mayBeDue and call('HGETALL', K.activity) or false,
}
`;

const SUMMARY = `
local function takeFigures()
  return { uniqueNow(uniqueUsers), uniqueNow(uniqueDevices), S.shared, S.started, conf.active and countActive() or 0 }
end

local function beginWindow()
  S.start = head.now
  S.beforeReceived = S.processed + S.filtered + S.errors
  S.beforeProcessed, S.beforeFiltered, S.beforeErrors = S.processed, S.filtered, S.errors
  S.beforeSuspicious, S.beforeStarted = S.suspicious, S.started
end
`;

const LOGIN = `
local results, due = {}, {}
local NOTHING = pack('<BBI4I4I5', 0, 0, 0, 0, 0)
local DUPLICATE = pack('<BBI4I4I5', 1, 0, 0, 0, 0)
local duplicateAt = names.duplicate

local function applyLogin(i, at)
  local _, _, _, u, d, v, l, t, r, c, hour, time, ipLength = read('<BBI4HHHHHHHBI5B', facts, at)
  if conf.dedupe and isDuplicate(i, at) then
    S.filtered = S.filtered + 1
    count(others, duplicateAt)
    return DUPLICATE
  end
  S.processed = S.processed + 1
  if conf.versions then count(versions, v) end
  if conf.locales then count(locales, l) end
  if conf.types then count(types, t) end
  if conf.regions then count(regions, r) end
  if conf.countries and c > 0 then count(countries, c) end
  if conf.activity then hours[hour] = (hours[hour] or 0) + 1 end
  local flags, more = 0, 0
  local user, device, newUser, newDevice
  local ips, locations = 0, 0
  if users then
    user, newUser = use(users, u, userMoved, turnActive)
    ips, locations = seeUser(user, sub(facts, at + 27, at + 26 + ipLength), locales.names[l], time)
    if ips > 0 then S.suspicious = S.suspicious + 1 end
    if newUser then more = 1 end
    flags = 2 * ips + 8 * locations
  end
  if devices then
    device, newDevice = use(devices, d, nothing, nothing)
    flags = flags + 32 * seeDevice(device, sub(ARGV[5], 19 * u - 10, 19 * u - 3), time)
    if newDevice then more = more + 2 end
  end
  if conf.uniqueUsers and (newUser or not users) then
    addUnique(uniqueUsers, sub(ARGV[5], 19 * u - 18, 19 * u - 11), (read('<I3', ARGV[5], 19 * u - 2)))
  end
  if conf.uniqueDevices and (newDevice or not devices) then
    addUnique(uniqueDevices, sub(ARGV[6], 11 * d - 10, 11 * d - 3), (read('<I3', ARGV[6], 11 * d - 2)))
  end
  if user and userStates then remember(user.state, conf.userColumns, facts, at + conf.valuesAt, time) end
  if device and deviceStates then remember(device.state, conf.deviceColumns, facts, at + conf.valuesAt, time) end
  if every > 0 and S.processed % every == 0 then
    if not head.recount then
      S.sequence = S.sequence + 1
      due[#due + 1] = { i - 1, S.sequence, takeFigures() }
    end
    beginWindow()
  end
  return user and pack('<BBI4I4I5', flags, more, user.sessions, user.logins, user.first)
    or pack('<BBI4I4I5', flags, more, 0, 0, 0)
end
`;

const LOOP = `
for i = 1, head.records do
  local at = (i - 1) * conf.stride + 1
  local kind, other, delta = read('<BBI4', facts, at)
  local result = NOTHING
  if head.first + delta >= from then
    if kind == 0 then
      result = applyLogin(i, at)
    else
      if kind == 1 then S.filtered = S.filtered + 1 else S.errors = S.errors + 1 end
      count(others, other)
    end
  end
  results[i] = result
end
`;

const ENDING = `
for hour, logins in pairs(hours) do call('HINCRBY', K.activity, hour, logins) end
for slot, add in pairs(types.add) do
  local logins = (tonumber(types.base[slot]) or 0) + add
  local name = types.names[slot]
  if add > 0 and (logins > S.mostCount or (logins == S.mostCount and textBefore(name, S.mostType))) then
    S.mostType, S.mostCount = name, logins
  end
end
for _, counts in ipairs({ versions, locales, types, regions, countries, others }) do writeCounts(counts) end
S.overVersions, S.overLocales, S.overTypes =
  S.overVersions + versions.over, S.overLocales + locales.over, S.overTypes + types.over
if users then
  writeRows(users)
  if conf.active then writeActive() end
end
if devices then writeRows(devices) end
if conf.dedupe then writePlaces() end
packHistogram(uniqueUsers)
packHistogram(uniqueDevices)
`;

/**
 * Checks what Redis and the caller know of the partition. Gives up before anything is written, apart from what is settled.
 *
 * Results that are kept are given alone: summaries of other batches may have numbers between theirs and those of new records. While a
 * summary by time is taken and written, the state stays as it is.
 */
const FENCE = `
readFigures()
if isStrange() then return { 'strange' } end
local fence = tonumber(call('HGET', K.fence, partition) or -1)
if head.claimed > math.max(fence, 0) then return { 'behind', fence } end
publishedUpTo(head.lastSummary)
if head.claimed >= 0 then settle(partition, head.claimed) end
local function giveUp(...)
  writeSummaries()
  return { ... }
end
local kept = {}
if head.first < fence and not head.recount then
  local all = call('LRANGE', K.kept, 0, -1)
  local keptFrom = all[1] and read('<I6', all[1]) or fence
  if head.first < keptFrom then return giveUp('lost', fence, keptFrom) end
  if head.last > fence then return giveUp('partly', fence) end
  for i = 1, #all, 2 do
    local start, stop = read('<I6I6', all[i])
    if stop > head.first and start < head.last then kept[#kept + 1] = cmsgpack.unpack(all[i + 1]) end
  end
end
local from = math.max(head.first, fence)
local function figures()
  return { call('HLEN', K.users) + call('HLEN', K.usersOld), call('HLEN', K.devices) + call('HLEN', K.devicesOld),
    S.duplicatesNow + S.duplicatesOld, S.usersEvicted, S.devicesEvicted, S.overVersions, S.overLocales, S.overTypes }
end
if head.last <= fence then return giveUp('applied', S.published, figures(), kept, false) end
if not head.recount and isClosed() then return giveUp('closed') end
call('HSET', K.fence, partition, string.format('%.0f', head.last))
call('HSET', K.marks, partition, head.mark)
`;

const KEEPING = `
local made = false
if head.recount then
  settle(partition, head.last)
else
  made = { from, head.first, head.last, head.now, before, table.concat(results), due, userStates, deviceStates }
  local carried = due[#due] and due[#due][2] or 0
  local label = pack('<I6I6I6', from, head.last, carried)
  call('RPUSH', K.kept, label, cmsgpack.pack({ made, facts, ARGV[4], #ARGV[5] / 19, #ARGV[6] / 11 }))
  call('HSET', K.applied, partition, call('TIME')[1])
end
writeFigures()
return { 'applied', S.published, figures(), kept, made }
`;

/**
 * Applies a batch of one partition as a whole and in order, once: offsets below the fence of the partition have been applied, their
 * results are given again as long as they are not settled.
 */
export const APPLY = [
  ...[PRELUDE, ARGUMENTS, FENCE, COMPARISON, COUNTS, UNIQUE, ACTIVE, GENERATIONS, COLUMNS, USERS, DEVICES],
  ...[DUPLICATES, OPENING, SUMMARY, LOGIN, LOOP, ENDING, KEEPING],
].join('');
