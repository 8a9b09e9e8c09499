import { createRequire } from 'node:module';

const { version } = createRequire(import.meta.url)('memspike/package.json') as { version: string };

export const VERSION: string = version;
