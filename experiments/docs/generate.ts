/** Writes the generated pages of the manual. Run by `npm run docs`; a test fails if a page is out of date. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packagePath } from '../shipped.ts';
import { createApiPages } from './api.ts';
import { renderCommandLinePage } from './commandLine.ts';
import { createDemonstrationPages } from './demonstrations.ts';
import { renderErrorsPage } from './errors.ts';
import { renderFilesPage } from './files.ts';
import { createLeaguePage } from './leaguePage.ts';
import { renderLogFormatsPage } from './logFormats.ts';
import { createModelPages } from './models.ts';
import { type GeneratedPage, referencePath } from './page.ts';
import { createRecordedPages } from './recordedPages.ts';

export const GENERATED_PAGES: readonly GeneratedPage[] = [
  ...createModelPages(),
  { path: referencePath('command-line'), render: renderCommandLinePage },
  { path: referencePath('network-file'), render: renderFilesPage },
  ...createApiPages(),
  { path: referencePath('log-formats'), render: renderLogFormatsPage },
  { path: referencePath('errors'), render: renderErrorsPage },
  ...createDemonstrationPages(),
  ...createRecordedPages(),
  createLeaguePage(),
];

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const { path, render } of GENERATED_PAGES) {
    const file = packagePath(path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, await render());
  }
