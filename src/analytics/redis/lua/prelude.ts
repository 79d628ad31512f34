import { KEY_ORDER } from '../keys.js';

/** Version of what is kept in Redis. Another one is refused. */
export const STATE_FORMAT = 1;

/** Figures that are one number each, all in one hash. */
const NUMBERS = [
  ...['processed', 'filtered', 'errors', 'suspicious', 'shared', 'started'],
  ...['usersEvicted', 'devicesEvicted', 'duplicatesNow', 'duplicatesOld'],
  ...['greatest', 'trimmed', 'activeNow', 'activeOld', 'exactUsers', 'exactDevices'],
  ...['overVersions', 'overLocales', 'overTypes', 'mostCount'],
  ...[
    'sequence',
    'published',
    'start',
    'beforeReceived',
    'beforeProcessed',
    'beforeFiltered',
    'beforeErrors',
  ],
  ...['beforeSuspicious', 'beforeStarted', 'closing', 'taken'],
];
const TEXTS = ['format', 'key', 'layoutId', 'mostType', 'histogramUsers', 'histogramDevices'];

const quoted = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(',');
const locals = KEY_ORDER.map((name, index) => `K.${name} = KEYS[${index + 1}]`).join('\n');

/**
 * What every script begins with: names of the keys, the single figures (`S`) and how they are read and written.
 *
 * The first command of a script that writes has to be one that Redis refuses when its memory is full, like HSET: what follows
 * the first write is never refused, so that a script is carried out wholly or not at all.
 */
export const PRELUDE = `
local call, sub, byte = redis.call, string.sub, string.byte
local pack, read = struct.pack, struct.unpack
local K = {}
${locals}
local head = cjson.decode(ARGV[1])
local S = {}
local NUMBERS = {${quoted(NUMBERS)}}
local TEXTS = {${quoted(TEXTS)}}

local function readFigures()
  local values = call('HMGET', K.meta, unpack(NUMBERS))
  for i = 1, #NUMBERS do S[NUMBERS[i]] = tonumber(values[i]) or 0 end
  values = call('HMGET', K.meta, unpack(TEXTS))
  for i = 1, #TEXTS do S[TEXTS[i]] = values[i] or '' end
end

local function writeFigures()
  local arguments = {}
  for i = 1, #NUMBERS do
    arguments[2 * i - 1] = NUMBERS[i]
    arguments[2 * i] = string.format('%.0f', S[NUMBERS[i]])
  end
  for i = 1, #TEXTS do
    local value = S[TEXTS[i]]
    if value ~= '' then
      arguments[#arguments + 1] = TEXTS[i]
      arguments[#arguments + 1] = value
    end
  end
  call('HSET', K.meta, unpack(arguments))
end

-- What is there is not what the caller knows: it was made anew, or is of another kind.
local function isStrange()
  return S.format ~= '${STATE_FORMAT}' or S.key ~= head.key or S.layoutId ~= head.layoutId
end

-- Summaries up to this number are published or never will be.
local function publishedUpTo(number)
  if number > S.published then S.published = number end
  if number > S.sequence then S.sequence = number end
end

local function writeSummaries()
  call('HSET', K.meta, 'sequence', S.sequence, 'published', S.published)
end

local function milliseconds()
  local time = call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- A summary by time is being taken, or is taken and not published yet.
local function isClosed()
  return S.taken > S.published or (S.closing > 0 and S.closing > milliseconds())
end

-- The partition's records below the offset are committed: their results are not needed any more.
local function settle(partition, offset)
  local before = tonumber(call('HGET', K.settled, partition) or -1)
  if offset > before then call('HSET', K.settled, partition, string.format('%.0f', offset)) end
  while true do
    local label = call('LINDEX', K.kept, 0)
    if not label then return end
    local _, last, number = read('<I6I6I6', label)
    if last > offset then return end
    publishedUpTo(number)
    call('LTRIM', K.kept, 2, -1)
  end
end
`;
