import { ACTIVE } from './active.js';
import { PRELUDE } from './prelude.js';
import { UNIQUE } from './unique.js';

/** For how long nothing is applied unless it is asked again. */
const CLOSED_MS = 500;

/**
 * A summary by time covers what is committed: nothing new is applied from the moment at which it is asked for until all that was applied
 * is committed, then it is taken, and nothing is applied until it is published. So it needs nothing that is behind it, and whoever owns
 * partition 0 then can publish it. Who asks and goes away holds the others up for a moment only.
 */
export const SUMMARY_BY_TIME = `${PRELUDE}
local conf = cjson.decode(ARGV[2])
${UNIQUE}
${ACTIVE}
readFigures()
if isStrange() then return { 'strange' } end
publishedUpTo(head.lastSummary)

local function answer(...)
  writeFigures()
  return { ... }
end

-- Whether a batch is applied and not committed, and whether it has been for so long that its owner may be dead.
local function open()
  local fences = call('HGETALL', K.fence)
  local isOpen = false
  for i = 1, #fences, 2 do
    local settled = tonumber(call('HGET', K.settled, fences[i]) or -1)
    if tonumber(fences[i + 1]) > settled then
      isOpen = true
      local applied = tonumber(call('HGET', K.applied, fences[i]) or 0)
      if call('TIME')[1] - applied > head.patience then return true, true end
    end
  end
  return isOpen, false
end

local function take()
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
  S.taken = S.sequence
  call('SET', K.pending, cmsgpack.pack(made))
  return made
end

if S.taken > S.published then
  local made = call('GET', K.pending)
  if made then return answer('ready', cmsgpack.unpack(made)) end
end
if S.taken > 0 then
  call('UNLINK', K.pending)
  publishedUpTo(S.taken)
  S.taken = 0
end
S.closing = 0
if not head.begin or S.processed + S.filtered + S.errors == S.beforeReceived then return answer('nothing') end
local isOpen, isStuck = open()
if isStuck then return answer('nothing') end
if isOpen then
  S.closing = milliseconds() + ${CLOSED_MS}
  return answer('waiting')
end
-- Whatever has a number has been written with its batch, or never will be.
S.published = S.sequence
return answer('ready', take())
`;
