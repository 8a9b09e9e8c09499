import { withUsageErrors } from '../../core/declare/errors.ts';
import { object, text } from '../../core/declare/params.ts';
import { formatCount } from '../../core/declare/show.ts';
import { type LoadedDevice, loadDevice, presetNames, UnknownDeviceError } from '../devices/load.ts';
import { PulseBench } from '../devices/pulseBench.ts';
import type { ParameterValue, UnsourcedValue } from '../devices/schema.ts';
import { describeAssumedPulses } from '../look/energyText.ts';
import { createModel, getModelsOfKind } from '../network/models.ts';
import { formatColumns } from '../output/formatColumns.ts';
import { defineCommand } from './command.ts';
import { jsonOption, modelModulesOption } from './options.ts';
import { printJson, printNextStep } from './terminal.ts';

export const deviceArgument = text({ help: 'preset, device file (YAML or JSON), or device model' });

export const resolveDevice = (nameOrFile: string): LoadedDevice =>
  withUsageErrors(() => loadDevice(nameOrFile), UnknownDeviceError);

const describeAssumed = ({ device }: LoadedDevice): string =>
  describeAssumedPulses(new PulseBench({ device: createModel('device', device), seed: 1, up: [[]] }).devices.usage);

function createEntry(name: string) {
  const { device, shortTerm, about } = loadDevice(name);
  const { thickness = null, onOffRatio = null, retention = null, endurance = null } = about.table;
  return {
    name,
    structure: about.structure ?? about.name ?? null,
    model: device.model,
    shortTerm: shortTerm?.model ?? null,
    thickness,
    onOffRatio,
    retention,
    endurance,
  };
}

function formatValue(value: ParameterValue | null | undefined): string {
  if (value === null || value === undefined) return '–';
  if (Array.isArray(value) && Array.isArray(value[0])) return `${value.length} rows`;
  const plain = String(value);
  const scientific = typeof value === 'number' ? value.toExponential().replace('e+', 'e') : plain;
  return scientific.length < plain.length ? scientific : plain;
}

export const listCommand = defineCommand({
  options: object({ json: jsonOption }),
  handler: (args) => {
    const entries = presetNames().map(createEntry);
    if (args.json) return printJson(entries);
    const rows = entries.map(({ shortTerm, ...e }) => [
      e.name,
      formatValue(e.structure),
      shortTerm === null ? e.model : `${e.model}, ${shortTerm}`,
      ...[e.onOffRatio, e.retention, e.endurance].map(formatValue),
    ]);
    console.log(
      formatColumns([['name', 'structure', 'model', 'on/off', 'retention (s)', 'endurance (cycles)'], ...rows]),
    );
    console.log(`\n${formatCount(rows.length, 'preset')}.`);
    printNextStep('device', 'show', 'NAME');
  },
});

function printSection<E extends UnsourcedValue>(
  title: string,
  entries: readonly E[],
  getNote: (entry: E) => string | undefined,
) {
  if (entries.length === 0) return;
  const rows = entries.map((entry) => {
    const { parameter, value, unit = '' } = entry;
    return [`  ${parameter}`, `${formatValue(value)} ${unit}`.trimEnd(), getNote(entry) ?? ''];
  });
  console.log(`\n${title}\n${formatColumns(rows)}`);
}

function describeModels({ device, shortTerm, rule }: LoadedDevice): string[][] {
  const parts = [
    ['model', 'device', device],
    ['short-term', 'shortTerm', shortTerm],
    ['rule', 'rule', rule],
  ] as const;
  return parts.flatMap(([part, kind, choice]) => {
    if (choice === null) return [];
    const { name, help, equation, source } = getModelsOfKind(kind)[choice.model]!.declaration;
    return [[part, `${name}: ${help}`], ...[equation, source].map((text) => ['', text])];
  });
}

export const showCommand = defineCommand({
  positionals: object({ name: deviceArgument }),
  options: object({ models: modelModulesOption, json: jsonOption }),
  handler: (args) => {
    const loaded = resolveDevice(args.name);
    if (args.json) return printJson(loaded);
    const { about, quoted, derived, assumed, defaults, unstated } = loaded;
    console.log(
      formatColumns([
        ['device', about.name ?? loaded.name],
        ...(about.structure === undefined ? [] : [['structure', about.structure]]),
        ...(about.summary === undefined ? [] : [['', about.summary]]),
        ...describeModels(loaded),
      ]),
    );
    if (about.lost) console.log(`\nNot as published\n${about.lost.map((sentence) => `  ${sentence}`).join('\n')}`);
    const mark = describeAssumed(loaded);
    if (mark) console.log(`\nEnergies are marked\n  ${mark}`);
    printSection('Quoted', quoted, (entry) => entry.reference);
    printSection('Derived from quoted or measured values', derived, ({ formula, interval }) =>
      interval ? `${formula}; 95 % interval ${interval.map((end) => end ?? 'open').join(' to ')}` : formula,
    );
    printSection('Assumed', assumed, (entry) => entry.why);
    printSection('In the file without a source', unstated, (entry) => entry.help);
    printSection('Defaults of the model (assumed)', defaults, (entry) => entry.help);
    console.log();
    printNextStep('device', 'characterise', args.name, '--out', 'sheets');
  },
});
