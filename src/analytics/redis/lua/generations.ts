/**
 * Rows by hash in two generations: what is used is in the current one, or moves there from the one before. When the current one has
 * half of the rows that are allowed, the one before goes as a whole, and the current one takes its place. So the most recently
 * used half is always remembered, and no row costs more than its own look-up.
 *
 * The rows of a batch's keys are fetched at its beginning and written at its end.
 */
export const GENERATIONS = `
local CHUNK = 500

local function openTable(now, old, blob, stride, most, evicted, parse, format, blank)
  local rows = {
    now = now, old = old, evicted = evicted, parse = parse, format = format, blank = blank,
    half = math.max(1, math.floor(most / 2)), hash = {}, raw = {}, age = {}, row = {}, dirty = {}, gone = {},
    count = #blob / stride, nowRows = call('HLEN', now), oldRows = call('HLEN', old),
  }
  local hash, raw, age = rows.hash, rows.raw, rows.age
  for from = 1, rows.count, CHUNK do
    local wanted, missing, places = {}, {}, {}
    local last = math.min(from + CHUNK - 1, rows.count)
    for i = from, last do
      hash[i] = sub(blob, (i - 1) * stride + 1, (i - 1) * stride + 8)
      wanted[#wanted + 1] = hash[i]
    end
    local found = call('HMGET', now, unpack(wanted))
    for i = from, last do
      local value = found[i - from + 1]
      if value then
        raw[i], age[i] = value, 1
      else
        age[i] = 0
        missing[#missing + 1] = hash[i]
        places[#places + 1] = i
      end
    end
    if #missing > 0 and rows.oldRows > 0 then
      found = call('HMGET', old, unpack(missing))
      for j = 1, #missing do
        if found[j] then raw[places[j]], age[places[j]] = found[j], 2 end
      end
    end
  end
  return rows
end

local function writeRows(rows)
  local arguments, at = {}, 0
  for i in pairs(rows.dirty) do
    arguments[at + 1], arguments[at + 2] = rows.hash[i], rows.format(rows.row[i])
    at = at + 2
    if at == 2 * CHUNK then
      call('HSET', rows.now, unpack(arguments))
      arguments, at = {}, 0
    end
  end
  if at > 0 then call('HSET', rows.now, unpack(arguments)) end
  rows.dirty = {}
  local gone = rows.gone
  for from = 1, #gone, CHUNK do
    call('HDEL', rows.old, unpack(gone, from, math.min(from + CHUNK - 1, #gone)))
  end
  rows.gone = {}
end

local function turn(rows, onTurn)
  writeRows(rows)
  call('UNLINK', rows.old)
  call('RENAME', rows.now, rows.old)
  S[rows.evicted] = S[rows.evicted] + rows.oldRows
  rows.oldRows, rows.nowRows = rows.nowRows, 0
  local age = rows.age
  for i = 1, rows.count do
    if age[i] == 2 then
      age[i], rows.raw[i], rows.row[i] = 0, nil, nil
    elseif age[i] == 1 then
      age[i] = 2
    end
  end
  onTurn()
end

-- The row of a key, made if need be, and whether it was made. \`onMove\` is told of a row that leaves the old generation.
local function use(rows, i, onMove, onTurn)
  local row = rows.row[i]
  if not row then
    local raw = rows.raw[i]
    row = raw and rows.parse(raw) or rows.blank()
    rows.row[i] = row
  end
  local age = rows.age[i]
  rows.dirty[i] = true
  if age == 1 then return row, false end
  if age == 2 then
    rows.oldRows = rows.oldRows - 1
    rows.gone[#rows.gone + 1] = rows.hash[i]
    onMove(row, -1)
  end
  rows.age[i] = 3
  rows.dirty[i] = nil
  if rows.nowRows >= rows.half then turn(rows, onTurn) end
  rows.nowRows = rows.nowRows + 1
  rows.age[i] = 1
  rows.dirty[i] = true
  if age == 2 then onMove(row, 1) end
  return row, age == 0
end
`;
