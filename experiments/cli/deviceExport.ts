import { UserError } from '../../core/declare/errors.ts';
import { choice, flag, object, text } from '../../core/declare/params.ts';
import { EXPORT_TOOLS, EXPORTERS } from '../devices/export/exporters.ts';
import { ResultDirectory } from '../output/results.ts';
import { defineCommand } from './command.ts';
import { resolveDevice } from './device.ts';
import { formatModelsOptions, models, registerModels } from './options.ts';
import { printNextStep } from './terminal.ts';

export default defineCommand({
  positionals: object({ name: text({ help: 'preset, device file (YAML or JSON), or device model' }) }),
  options: object({
    to: choice(EXPORT_TOOLS, {
      help: 'target simulator: aihwkit 1.1.0, neurosim (MLP+NeuroSim 3.0), crosssim (CrossSim 2.0; 3.x has no training)',
    }),
    out: text({ help: 'directory for the exported files and export.json' }),
    models,
    json: flag({ help: 'print JSON' }),
  }),
  examples: [
    'device export aihwkit-reram-sb --to aihwkit --out exported',
    'device export fitted/device.yaml --to crosssim --out tables',
  ],
  handler: ({ name, to, out, models: files, json }) => {
    registerModels(files);
    const directory = new ResultDirectory(out, { command: 'device export', mark: 'export.json' });
    const loaded = resolveDevice(name);
    if (loaded.device.model === 'ideal')
      throw new UserError(`${name} has no conductance, so there is no device to write for ${to}.`);
    const found = EXPORTERS[to](loaded);
    directory.prepare();
    for (const [file, content] of Object.entries(found.files)) directory.text(file, content);
    directory.writeMark({ device: name, to, lost: found.lostProperties });
    if (json) return console.log(JSON.stringify({ device: name, to, ...found }, null, 2));
    console.log(`In ${out}: ${Object.keys(found.files).join(', ')}, export.json.`);
    for (const sentence of found.lostProperties) console.log(sentence);
    printNextStep('device', 'show', name, ...formatModelsOptions(files));
  },
});
