/** What is remembered of each device: two users, whether it was shared, and what processors want. */
export const DEVICES = `
local DEVICE = '<BI5I5Bc0Bc0'

local function parseDevice(text)
  local shared, t0, t1, user0, user1, at = read(DEVICE, text)
  return {
    shared = shared, t0 = t0, t1 = t1, user0 = user0, user1 = user1,
    state = readColumns(text, at, conf.deviceColumns), tail = sub(text, at),
  }
end

local function blankDevice()
  return { shared = 0, t0 = 0, t1 = 0, user0 = '', user1 = '', state = blankColumns(conf.deviceColumns) }
end

local function formatDevice(row)
  local text = pack(DEVICE, row.shared, row.t0, row.t1, #row.user0, row.user0, #row.user1, row.user1)
  if #conf.deviceColumns == 0 then return text end
  return text .. formatColumns(row.state, conf.deviceColumns)
end

local function seeDevice(row, user, time)
  local others
  others, row.user0, row.t0, row.user1, row.t1 =
    seePair(row.user0, row.t0, row.user1, row.t1, user, time, bytesBefore)
  if others > 0 and row.shared == 0 then
    row.shared = 1
    S.shared = S.shared + 1
  end
  return others
end

local function nothing() end
`;
