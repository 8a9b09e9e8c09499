import { readFileSync } from 'node:fs';

/** The page's script, bundled by the build. */
export const clientScript = (): string => readFileSync(new URL('./client/bundle.js', import.meta.url), 'utf8');
