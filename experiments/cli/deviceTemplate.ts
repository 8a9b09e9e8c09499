import { choice, object } from '../../core/declare/params.ts';
import { writeFileAtomic } from '../../core/log/file.ts';
import { renderTemplate, TEMPLATE_NAMES } from '../devices/fit/templates.ts';
import { overwriteOption, resolveOutputFile } from '../output/file.ts';
import { defineCommand } from './command.ts';
import { defineTextOption } from './options.ts';
import { printNextStep } from './terminal.ts';

export default defineCommand({
  positionals: object({ kind: choice(TEMPLATE_NAMES, { help: 'kind of measurement' }) }),
  options: object({
    out: defineTextOption('CSV file to write; default: print the template'),
    overwrite: overwriteOption,
  }),
  handler: ({ kind, out, overwrite }) => {
    const text = renderTemplate(kind);
    if (out === undefined) return void process.stdout.write(text);
    const { path, replace } = resolveOutputFile(out, out, overwrite);
    writeFileAtomic(path, text, replace);
    console.log(`Wrote ${path}. Replace its example rows by your readings.`);
    printNextStep('device', 'fit', path, '--out', 'fitted');
  },
});
