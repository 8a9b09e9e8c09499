/** Writes the generated pages of the manual. Run by `npm run docs`; a test fails if a page is out of date. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resolvePackagePath } from '../shipped.ts';
import { createApiPages } from './api.ts';
import { renderCommandLinePage } from './commandLine.ts';
import { createDemonstrationPages } from './demonstrations.ts';
import { renderErrorsPage } from './errors.ts';
import { renderFileFormatsPage, renderSystemCostPage } from './files.ts';
import { createLeaguePage } from './leaguePage.ts';
import { renderLogFormatsPage } from './logFormats.ts';
import { createModelPages } from './models.ts';
import { type GeneratedPage, getReferencePagePath } from './page.ts';
import { createRecordedResultPages } from './recordedResultPages.ts';

export const GENERATED_PAGES: readonly GeneratedPage[] = [
  ...createModelPages(),
  { path: getReferencePagePath('command-line'), render: renderCommandLinePage },
  { path: getReferencePagePath('network-file'), render: renderFileFormatsPage },
  ...createApiPages(),
  { path: getReferencePagePath('log-formats'), render: renderLogFormatsPage },
  { path: getReferencePagePath('errors'), render: renderErrorsPage },
  { path: getReferencePagePath('system-cost'), render: renderSystemCostPage },
  ...createDemonstrationPages(),
  ...createRecordedResultPages(),
  createLeaguePage(),
];

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const { path, render } of GENERATED_PAGES) {
    const file = resolvePackagePath(path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, await render());
  }
