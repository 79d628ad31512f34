/** What the decoder must know about a parsed value before it is passed on. */
export interface Shape {
  /** Levels of nesting, a scalar being 0 and `{}` being 1; never more than the limit of the look. */
  readonly depth: number;
  /** An object has an own key `__proto__`, which would poison a careless copy. */
  readonly forbiddenKey: boolean;
  /** A number is so large that it may have been an integer which a double cannot hold. */
  readonly largeNumber: boolean;
}

/** The key that JSON.parse turns into an own property, however it was spelt (`\u005f_proto__` included). */
const FORBIDDEN_KEY = '__proto__';

const MAX_EXACT = 2 ** 53;

/**
 * Looks through a parsed JSON value, level by level. It does not recurse, so no nesting overflows the
 * stack, and it stops at the limit.
 *
 * @param root what JSON.parse returned
 * @param limit levels to look at; a result of `depth === limit` means "at least"
 */
export function shapeOf(root: unknown, limit: number): Shape {
  let depth = 0;
  let forbiddenKey = false;
  let largeNumber = isLargeNumber(root);
  let level: object[] = isNested(root) ? [root] : [];
  while (level.length > 0 && depth < limit) {
    depth++;
    const next: object[] = [];
    for (const node of level) {
      forbiddenKey ||= hasForbiddenKey(node);
      for (const child of Object.values(node) as unknown[]) {
        if (isNested(child)) next.push(child);
        else largeNumber ||= isLargeNumber(child);
      }
    }
    level = next;
  }
  return { depth, forbiddenKey, largeNumber };
}

/** True if an object has an own key `__proto__`. */
export function hasForbiddenKey(node: object): boolean {
  return Object.hasOwn(node, FORBIDDEN_KEY);
}

/** True if a field of a flat object is a large number (see {@link Shape.largeNumber}). */
export function hasLargeNumber(flat: Record<string, unknown>): boolean {
  for (const key in flat) if (isLargeNumber(flat[key])) return true;
  return false;
}

/** 2^53 itself is included: 2^53 + 1 is parsed to it. */
function isLargeNumber(value: unknown): boolean {
  return typeof value === 'number' && !(value > -MAX_EXACT && value < MAX_EXACT);
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
