import { PRELUDE } from './prelude.js';

/** Makes the state what the caller says if there is none, and says what it is. One without a cluster is of the first that is named with it. */
export const OPEN = `${PRELUDE}
if call('EXISTS', K.meta) == 0 then
  call('HSET', K.meta, 'format', head.format, 'key', head.key, 'layoutId', head.layoutId, 'layout', head.layout)
end
local kind = call('HMGET', K.meta, 'format', 'layoutId', 'cluster')
if head.cluster ~= '' and not kind[3] and tonumber(kind[1]) == head.format and kind[2] == head.layoutId then
  call('HSET', K.meta, 'cluster', head.cluster)
end
return call('HMGET', K.meta, 'format', 'key', 'layoutId', 'layout', 'cluster')
`;
