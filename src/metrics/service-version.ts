import { createRequire } from 'node:module';

const { version } = createRequire(import.meta.url)('../../package.json') as { readonly version: string };

/** As in `package.json`. */
export const SERVICE_VERSION: string = version;
