import { createRequire } from 'node:module';

const { version } = createRequire(import.meta.url)('memspike/package.json') as { version: string };

/** Version of memspike, as in package.json. */
export const VERSION: string = version;
