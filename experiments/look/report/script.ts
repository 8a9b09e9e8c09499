import { readFileSync } from 'node:fs';
import { packagePath } from '../../shipped.ts';

/** Script of the report page, bundled by the build. */
export const clientScript = (): string =>
  readFileSync(packagePath('dist/experiments/look/report/client/bundle.js'), 'utf8');
