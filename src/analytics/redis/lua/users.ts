/** What is remembered of each user: two addresses, two locales, the open session, and what processors want. */
export const USERS = `
local USER = '<I4I4I5I5I5I5I5I5I5Bc0Bc0Bc0Bc0'

local function parseUser(text)
  local sessions, logins, start, last, first, t0, t1, u0, u1, ip0, ip1, locale0, locale1, at = read(USER, text)
  return {
    sessions = sessions, logins = logins, start = start, last = last, first = first,
    t0 = t0, t1 = t1, ip0 = ip0, ip1 = ip1, u0 = u0, u1 = u1, locale0 = locale0, locale1 = locale1,
    state = readColumns(text, at, conf.userColumns), tail = sub(text, at),
  }
end

local function blankUser()
  return {
    sessions = 0, logins = 0, start = 0, last = 0, first = 0,
    t0 = 0, t1 = 0, ip0 = '', ip1 = '', u0 = 0, u1 = 0, locale0 = '', locale1 = '',
    state = blankColumns(conf.userColumns),
  }
end

local function formatUser(row)
  local text = pack(USER, row.sessions, row.logins, row.start, row.last, row.first, row.t0, row.t1, row.u0, row.u1,
    #row.ip0, row.ip0, #row.ip1, row.ip1, #row.locale0, row.locale0, #row.locale1, row.locale1)
  if #conf.userColumns == 0 then return text end
  return text .. formatColumns(row.state, conf.userColumns)
end

local function isNear(time, other)
  return conf.window == 0 or math.abs(time - other) <= conf.window
end

-- Merges a key into the two with the greatest times. Of equal times the smaller key stays.
-- Gives the number of others within the window, and the pair.
local function seePair(k0, t0, k1, t1, key, time, before)
  local is0 = t0 > 0 and k0 == key
  local is1 = not is0 and t1 > 0 and k1 == key
  local others = 0
  if not is0 and t0 > 0 and isNear(t0, time) then others = 1 end
  if not is1 and t1 > 0 and isNear(t1, time) then others = others + 1 end
  if is0 then
    if time > t0 then t0 = time end
  elseif is1 then
    if time > t1 then t1 = time end
  elseif t0 == 0 then
    k0, t0 = key, time
  elseif t1 == 0 then
    k1, t1 = key, time
  elseif t0 < t1 or (t0 == t1 and before(k1, k0)) then
    if time > t0 or (time == t0 and before(key, k0)) then k0, t0 = key, time end
  elseif time > t1 or (time == t1 and before(key, k1)) then
    k1, t1 = key, time
  end
  return others, k0, t0, k1, t1
end

-- An event within the gap joins the open session; a later one opens the next; an earlier one changes nothing.
local function joinSession(row, time)
  local last = row.last
  if last == 0 or time > last + conf.gap then
    row.sessions, row.logins = row.sessions + 1, 1
    row.start, row.last, row.first = time, time, time
    S.started = S.started + 1
  elseif time >= row.start - conf.gap then
    row.logins = row.logins + 1
    if time < row.start then row.start = time end
    if time > last then row.last = time end
  end
  if conf.active and row.last ~= last then
    sawTime(row.last)
    activeNow(last, -1)
    activeNow(row.last, 1)
  end
end

local function userMoved(row, users)
  if not conf.active then return end
  if users < 0 then activeOld(row.last, -1) else activeNow(row.last, 1) end
end

local function seeUser(row, ip, locale, time)
  local ips, locales
  ips, row.ip0, row.t0, row.ip1, row.t1 = seePair(row.ip0, row.t0, row.ip1, row.t1, ip, time, ipBefore)
  locales, row.locale0, row.u0, row.locale1, row.u1 =
    seePair(row.locale0, row.u0, row.locale1, row.u1, locale, time, textBefore)
  joinSession(row, time)
  return ips, locales
end
`;
