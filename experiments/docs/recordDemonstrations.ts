/**
 * Records the figures of finished demonstrations in `results.json` beside their code, from which their pages are generated:
 * `memspike demo NAME --out demos/NAME && node dist/experiments/docs/recordDemonstrations.js demos/NAME …`
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJson } from '../logs/runJson.ts';
import { packagePath } from '../shipped.ts';
import { getDemonstrationFolder, recordedSchema } from './demonstrations.ts';

const OUTPUT_OPTIONS = / --(?:out|progress) \S+/g;

for (const directory of process.argv.slice(2)) {
  const recorded = readJson(directory, 'run.json', recordedSchema);
  const results = { ...recorded, commandLine: recorded.commandLine.replaceAll(OUTPUT_OPTIONS, '') };
  const file = join(packagePath(getDemonstrationFolder(recorded.demonstration)), 'results.json');
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
  console.log(file);
}
