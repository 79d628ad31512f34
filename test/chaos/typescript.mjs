/** Lets Node run TypeScript as Jest runs it here: `--import` this file. */
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
