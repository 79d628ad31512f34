/**
 * Orders that decide between equal times. Lua's own order of strings depends on the locale of the server.
 *
 * Texts are in UTF-8 here and are ordered by UTF-16 code units, as in JavaScript: the code points above U+FFFF come before
 * U+E000 to U+FFFF. Bytes of equal texts are equal, so only the first byte that differs has to be looked at.
 */
export const COMPARISON = `
local function textBefore(a, b)
  local shorter = #a < #b and #a or #b
  for i = 1, shorter do
    local x, y = byte(a, i), byte(b, i)
    if x ~= y then
      if x >= 238 and y >= 238 then
        if x <= 239 then x = x + 16 end
        if y <= 239 then y = y + 16 end
      end
      return x < y
    end
  end
  return #a < #b
end

-- Of equal length, most significant byte first.
local function bytesBefore(a, b)
  for i = 1, #a do
    local x, y = byte(a, i), byte(b, i)
    if x ~= y then return x < y end
  end
  return false
end

local MAPPED = string.rep('\\0', 10) .. '\\255\\255'
local function ipBefore(a, b)
  if #a == 4 then a = MAPPED .. a end
  if #b == 4 then b = MAPPED .. b end
  return bytesBefore(a, b)
end
`;
