import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { flag, integer, object, seedOption, text } from '../../core/declare/params.ts';
import { characteriseDevice } from '../devices/characterise/characterise.ts';
import { defineCommand } from './command.ts';
import { deviceArgument, resolveDevice } from './device.ts';
import { defineCountOption, formatModelsOptions, modelModulesOption } from './options.ts';
import { pictureOptions } from './pictureOptions.ts';
import { printNextStep } from './terminal.ts';

export default defineCommand({
  positionals: object({ name: deviceArgument }),
  options: object({
    out: text({ help: 'directory for the page of charts, the tables and characterise.json' }),
    devices: integer({ default: 50, min: 1, max: 1000, help: 'number of simulated devices to measure' }),
    seed: seedOption(),
    pulses: defineCountOption(
      'number of pulses per potentiating or depressing train; default: enough pulses to cover the whole range',
      10_000,
    ),
    models: modelModulesOption,
    json: flag({ help: 'print the content of characterise.json at the end' }),
    ...pictureOptions,
  }),
  handler: ({ name, out, devices, seed, pulses, json, models }) => {
    const result = characteriseDevice({
      loaded: resolveDevice(name),
      outDirectory: out,
      deviceCount: devices,
      seed,
      pulseCount: pulses,
    });
    if (json) return console.log(readFileSync(join(out, 'characterise.json'), 'utf8').trimEnd());
    console.log(`Measured: ${Object.keys(result.parts).join(', ')}.`);
    for (const reason of new Set(Object.values(result.leftOut))) {
      const parts = Object.keys(result.leftOut).filter((part) => result.leftOut[part] === reason);
      console.log(`Left out: ${parts.join(', ')}, because ${reason}.`);
    }
    console.log(
      `${out} holds ${result.pictures.join(', ')}, a table of each (.arrows and .csv) and characterise.json.`,
    );
    printNextStep('mnist', '--device', name, ...formatModelsOptions(models));
  },
});
