import { PRELUDE } from './prelude.js';

/** Makes the state what the caller says if there is none, and says what it is. */
export const OPEN = `${PRELUDE}
if call('EXISTS', K.meta) == 0 then
  call('HSET', K.meta, 'format', head.format, 'key', head.key, 'layoutId', head.layoutId, 'layout', head.layout)
end
return call('HMGET', K.meta, 'format', 'key', 'layoutId', 'layout')
`;
