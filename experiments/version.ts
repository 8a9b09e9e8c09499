import { createRequire } from 'node:module';

const { version } = createRequire(import.meta.url)('memspike/package.json') as { version: string };

/** Version number of memspike, as in its package.json. */
export const VERSION: string = version;
