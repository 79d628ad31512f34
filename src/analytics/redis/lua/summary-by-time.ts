import { ACTIVE } from './active.js';
import { PRELUDE } from './prelude.js';
import { UNIQUE } from './unique.js';

/**
 * A summary by time is a picture of the state at one instant. It waits here, with the next number, until every batch that it covers
 * is committed, which the caller asks for again and again. What a process takes and does not publish, the next one finds.
 */
export const SUMMARY_BY_TIME = `${PRELUDE}
local conf = cjson.decode(ARGV[2])
${UNIQUE}
${ACTIVE}
readFigures()
if isStrange() then return { 'strange' } end
publishedUpTo(head.lastSummary)

local function covers()
  local fences = call('HGETALL', K.fence)
  local open = {}
  for i = 1, #fences, 2 do
    local settled = tonumber(call('HGET', K.settled, fences[i]) or -1)
    if tonumber(fences[i + 1]) > settled then
      local applied = tonumber(call('HGET', K.applied, fences[i]) or 0)
      if call('TIME')[1] - applied > head.patience then return nil end
      open[#open + 1] = { fences[i], tonumber(fences[i + 1]) }
    end
  end
  return open
end

local function take(open)
  local uniqueUsers = openUnique('Users', K.registersUsers, K.seenUsers)
  local uniqueDevices = openUnique('Devices', K.registersDevices, K.seenDevices)
  local function all(key) return { call('HLEN', key), {}, call('HGETALL', key) } end
  local active = 0
  if conf.active then
    active = countActive()
    writeActive()
  end
  S.sequence = S.sequence + 1
  local made = {
    S.sequence, head.now, {
      S.processed, S.filtered, S.errors, S.suspicious, S.start, S.beforeReceived, S.beforeProcessed,
      S.beforeFiltered, S.beforeErrors, S.beforeSuspicious, S.beforeStarted, S.mostCount, S.mostType,
      all(K.versions), all(K.locales), all(K.types), all(K.regions), all(K.countries), all(K.others),
      call('HGETALL', K.activity),
    },
    { uniqueNow(uniqueUsers), uniqueNow(uniqueDevices), S.shared, S.started, active },
  }
  S.start = head.now
  S.beforeReceived = S.processed + S.filtered + S.errors
  S.beforeProcessed, S.beforeFiltered, S.beforeErrors = S.processed, S.filtered, S.errors
  S.beforeSuspicious, S.beforeStarted = S.suspicious, S.started
  return { made, open }
end

local stored = call('GET', K.pending)
local pending = stored and cmsgpack.unpack(stored)
if pending and pending[1][1] <= S.published then
  call('DEL', K.pending)
  pending = nil
end
if head.withdraw then
  if not pending then return { 'nothing' } end
  local made = pending[1]
  if made[1] < S.sequence then return { 'waiting' } end
  S.sequence = made[1] - 1
  S.start, S.beforeReceived, S.beforeProcessed, S.beforeFiltered = made[3][5], made[3][6], made[3][7], made[3][8]
  S.beforeErrors, S.beforeSuspicious, S.beforeStarted = made[3][9], made[3][10], made[3][11]
  writeFigures()
  call('DEL', K.pending)
  return { 'nothing' }
end
if not pending then
  if S.processed + S.filtered + S.errors == S.beforeReceived then return { 'nothing' } end
  local open = covers()
  if not open then return { 'nothing' } end
  pending = take(open)
  writeFigures()
  call('SET', K.pending, cmsgpack.pack(pending))
end
if S.published < pending[1][1] - 1 then return { 'waiting' } end
for _, each in ipairs(pending[2]) do
  if tonumber(call('HGET', K.settled, each[1]) or -1) < each[2] then return { 'waiting' } end
end
return { 'ready', pending[1] }
`;
