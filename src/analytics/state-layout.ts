import type { StateDemand } from './state-demand.js';
import { stateLayoutOf } from './tables/state-columns.js';
import type { StoredPart } from './tables/stored-part.js';

/** What kind of state it is. Flat and safe for JSON, so that a difference can be named. */
export type StateLayout = Readonly<Record<string, string | number | boolean>>;

/** Changes with the meaning of stored words and facts. */
const FORMAT = 1;

/** Only what makes a stored state unusable: which parts there are, what of rows was written, what processors remember. */
export function layoutOf({ parts, fields, handles }: StateDemand): StateLayout {
  const of = (key: string) => stateLayoutOf(handles.filter(({ spec }) => spec.per === key));
  return {
    format: FORMAT,
    parts: [...parts].sort().join(', '),
    sessionIds: fields.has('session_id'),
    rememberedByUser: of('user_id'),
    rememberedByDevice: of('device_id'),
  };
}

/** @throws RangeError when the stored state is of another kind */
export function checkLayout(stored: StoredPart, layout: StateLayout): void {
  for (const [name, wanted] of Object.entries(layout)) {
    const found = stored.value(name);
    if (found !== wanted) {
      throw new RangeError(
        `the stored state is of another kind: ${name} is ${JSON.stringify(found)}, and should be ${JSON.stringify(wanted)}`,
      );
    }
  }
}
