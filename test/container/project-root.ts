import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Absolute path of something in the project. */
export const inProject = (...path: readonly string[]): string => join(ROOT, ...path);
