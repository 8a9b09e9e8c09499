import { join } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { object } from '../../core/declare/params.ts';
import { writeFileAtomic } from '../../core/log/file.ts';
import { overwriteOption, resolveOutputFile } from '../output/file.ts';
import { renderReport } from '../report/report.ts';
import { renderRunComparison } from '../report/runComparison.ts';
import { defineCommand, UsageError } from './command.ts';
import { dataDirectoryOption, defineRequiredListArgument, defineTextOption, timeWindowOptions } from './options.ts';

export default defineCommand({
  positionals: object({
    runs: defineRequiredListArgument(
      'directory of a run, a sweep, a demonstration or other results; several runs are compared side by side',
    ),
  }),
  options: object({
    out: defineTextOption('HTML page to write; default: report.html in the directory; required for several runs'),
    overwrite: overwriteOption,
    ...timeWindowOptions('run', 'raster plot'),
    data: dataDirectoryOption,
  }),
  handler: ({ runs, out, overwrite, ...options }) => {
    const [run, ...others] = runs as [string, ...string[]];
    if (others.length > 0 && Object.values(options).some((option) => option !== undefined))
      throw new UsageError('report: --from, --to and --data apply only to a single run.');
    if (others.length > 0 && out === undefined)
      throw new UsageError('report: --out is missing: name a file for the page on several runs.');
    const { path: file, replace } = resolveOutputFile(out, join(run, 'report.html'), overwrite);
    const { pageText: page, problems } = others.length > 0 ? renderRunComparison(runs) : renderReport(run, options);
    writeFileAtomic(file, page, replace);
    console.log(`Wrote ${file}`);
    if (problems.length > 0)
      throw new UserError(
        `${file} is not complete: ${problems.map((problem) => problem.replace(/\.$/, '')).join('; ')}.`,
      );
  },
});
