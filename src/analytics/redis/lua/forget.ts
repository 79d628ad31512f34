import { ACTIVE } from './active.js';
import { COLUMNS } from './columns.js';
import { DEVICES } from './devices.js';
import { PRELUDE } from './prelude.js';

const CONFIGURED = `${PRELUDE}
local conf = cjson.decode(ARGV[2])
`;

/** Deletes the row of a user by its hash, and that among the exactly counted ones, and counts its session as active no more. */
export const FORGET_USER = `${CONFIGURED}
${ACTIVE}
readFigures()
if isStrange() then return { 'strange' } end
call('SREM', K.seenUsers, ARGV[3])
local row = call('HGET', K.users, ARGV[3])
local old = not row
if old then row = call('HGET', K.usersOld, ARGV[3]) end
if not row then return { 'forgotten', 0, S.devicesEvicted } end
local _, _, _, last = read('<I4I4I5I5', row)
if conf.active then
  if old then activeOld(last, -1) else activeNow(last, -1) end
  writeActive()
end
call('HDEL', old and K.usersOld or K.users, ARGV[3])
writeFigures()
return { 'forgotten', 1, S.devicesEvicted }
`;

/** Deletes the mark of a user from the row of a device. */
export const FORGET_MARK = `${CONFIGURED}
${COLUMNS}
local seePair = false
local bytesBefore = false
${DEVICES}
readFigures()
if isStrange() then return { 'strange' } end
for _, key in ipairs({ K.devices, K.devicesOld }) do
  local text = call('HGET', key, ARGV[3])
  if text then
    local row = parseDevice(text)
    if row.user0 == ARGV[4] then row.user0, row.t0, row.user1, row.t1 = row.user1, row.t1, '', 0 end
    if row.user1 == ARGV[4] then row.user1, row.t1 = '', 0 end
    call('HSET', key, ARGV[3], formatDevice(row))
  end
end
return { 'forgotten', 1, S.devicesEvicted }
`;
