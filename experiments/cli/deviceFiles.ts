import { UserError } from '../../core/declare/errors.ts';
import { choice, object, text } from '../../core/declare/params.ts';
import { writeFileAtomic } from '../../core/log/file.ts';
import { EXPORT_TARGETS, EXPORTERS } from '../devices/export/exporters.ts';
import { renderTemplate, TEMPLATE_NAMES } from '../devices/fit/templates.ts';
import { overwriteOption, resolveOutputFile } from '../output/file.ts';
import { ResultDirectory } from '../output/results.ts';
import { defineCommand } from './command.ts';
import { deviceArgument, resolveDevice } from './device.ts';
import { defineTextOption, formatModelsOptions, jsonOption, modelModulesOption } from './options.ts';
import { printJson, printNextStep } from './terminal.ts';

export const exportCommand = defineCommand({
  positionals: object({ name: deviceArgument }),
  options: object({
    to: choice(EXPORT_TARGETS, {
      help: 'target simulator: aihwkit 1.1.0, neurosim (MLP+NeuroSim 3.0), crosssim (CrossSim 2.0; 3.x has no training)',
    }),
    out: text({ help: 'directory for the exported files and export.json' }),
    models: modelModulesOption,
    json: jsonOption,
  }),
  handler: ({ name, to, out, models, json }) => {
    const directory = new ResultDirectory(out, { command: 'device export', markFile: 'export.json' });
    const loaded = resolveDevice(name);
    if (loaded.device.model === 'ideal')
      throw new UserError(`${name} has no conductance, so there is no device to write for ${to}.`);
    const { fileContents: exported, lostProperties: lost } = EXPORTERS[to](loaded);
    directory.prepareDirectory();
    for (const [file, content] of Object.entries(exported)) directory.writeFile(file, content);
    directory.writeMarkFile({ device: name, to, lost });
    if (json) return printJson({ device: name, to, files: exported, lost });
    console.log(`In ${out}: ${Object.keys(exported).join(', ')}, export.json.`);
    for (const sentence of lost) console.log(sentence);
    printNextStep('device', 'show', name, ...formatModelsOptions(models));
  },
});

export const templateCommand = defineCommand({
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
