import { PRELUDE } from './prelude.js';

const CHECKED = `${PRELUDE}
readFigures()
if isStrange() then return { 'strange' } end
`;

/**
 * Tells that a partition is committed up to an offset, and asks up to which number summaries are published, which one by time was taken
 * last, how far a partition is applied, and whether new records have to wait for a summary.
 */
export const SETTLE = `${CHECKED}
local published, sequence = S.published, S.sequence
publishedUpTo(head.lastSummary)
if head.partition >= 0 then settle(head.partition, head.offset) end
if S.published > published or S.sequence > sequence then writeSummaries() end
local fence = head.about >= 0 and tonumber(call('HGET', K.fence, head.about) or -1) or -1
return { 'settled', S.published, S.taken, fence, isClosed() and 1 or 0 }
`;

/**
 * Where a partition stands: its fence, from which offset on results are kept, up to where it was committed when state was reset on
 * purpose, up to where it is committed as far as Redis was told, and the mark of the last record that was applied.
 */
export const POSITION = `${CHECKED}
local fence = tonumber(call('HGET', K.fence, head.partition) or -1)
local label = call('LINDEX', K.kept, 0)
return { 'position', fence, label and read('<I6', label) or fence, tonumber(call('HGET', K.reset, head.partition) or -1),
  tonumber(call('HGET', K.settled, head.partition) or -1), call('HGET', K.marks, head.partition) }
`;

/**
 * Sets a partition's fence: its log is a new one, or what is missing before it is given up. Results that are kept are dropped. Does
 * nothing if the fence is not where the caller knows it: somebody else has gone on.
 */
export const MOVE = `${CHECKED}
local fence = tonumber(call('HGET', K.fence, head.partition) or -1)
if math.max(fence, 0) ~= math.max(head.expected, 0) then return { 'elsewhere' } end
call('HSET', K.fence, head.partition, head.offset)
call('HSET', K.settled, head.partition, head.offset)
local labels = call('LRANGE', K.kept, 0, -1)
for i = 1, #labels, 2 do
  local _, _, number = read('<I6I6I6', labels[i])
  publishedUpTo(number)
end
call('UNLINK', K.kept)
if head.offset < 0 then
  call('HDEL', K.fence, head.partition)
  call('HDEL', K.settled, head.partition)
end
if head.isNewLog then
  call('HDEL', K.marks, head.partition)
  call('HDEL', K.reset, head.partition)
end
writeSummaries()
return { 'moved' }
`;
