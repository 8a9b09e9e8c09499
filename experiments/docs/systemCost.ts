import { type JsonSchema, toJsonSchema } from '../../core/declare/jsonSchema.ts';
import { computeArea, computeReadCost } from '../cost/formulas.ts';
import { costSchema } from '../cost/settings.ts';
import { costPresetNames, loadCostPreset } from '../devices/costPresets.ts';
import { isMapping } from '../network/config/override.ts';
import { formatTable, joinPageParts } from './page.ts';

const INTRODUCTION = `# System cost

The section \`cost\` of a network, device or configuration file, or \`--cost PRESET\`, describes the circuits around the devices.
[Cost of a system](../guide/system-cost.md) shows how to use it. For a read of M columns with k input bits in series:

    E = k [sum V² G t_r + rows C V² + M (E_sh + E_adc + E_sa)]
    t = k (t_r + s T_adc)

C is the capacitance of a line, s the number of columns per converter, T_adc = (bits + 1)/clock (SAR) or 2^bits/clock (ramp).
Without sample and hold, the array is read s times. With \`coding: integrated\`, an integrator collects 2^k - 1 pulses before one
conversion. A write pulse adds C V² of its row line. Circuits published for another node are scaled after Stillmaker & Baas 2017
(doi:10.1016/j.vlsi.2017.02.002).`;

const sum = (parts: object) => (Object.values(parts) as number[]).reduce((a, b) => a + b, 0);
const format = (value: number, digits: number) => value.toLocaleString('en', { maximumFractionDigits: digits });

const EXAMPLE = {
  rows: 128,
  columns: 128,
  reads: 1,
  readColumns: 128,
  readVoltage: 0.2,
  readTime: 1e-8,
  outputBits: 6,
};
const [EXAMPLE_BITS, MEAN_CONDUCTANCE] = [8, 20.5e-6];

/** Table of the worked example: a read with 8 input bits, half of them 1. */
function renderExample(): string {
  const { cost } = loadCostPreset('isaac-32nm');
  const { rows, columns, readVoltage, readTime, outputBits } = EXAMPLE;
  const rowPulses = (EXAMPLE_BITS * rows) / 2;
  const cellEnergy = rowPulses * columns * MEAN_CONDUCTANCE * readVoltage ** 2 * readTime;
  const { energy, time } = computeReadCost(cost, { ...EXAMPLE, rowPulses, cellEnergy, inputBits: EXAMPLE_BITS });
  const area: Record<string, number> = computeArea(cost, rows, columns, outputBits);
  const parts = Object.entries(energy).filter(([part, joules]) => joules > 0 || area[part]! > 0);
  const lines = parts.map(([part, joules]) => [
    part,
    format((joules * 1e12) / EXAMPLE_BITS, 2),
    format(area[part] ?? 0, 0),
  ]);
  const [joules, seconds] = [sum(energy), sum(time)];
  const operations = 2 * rows * columns;
  lines.push(['sum', format((joules * 1e12) / EXAMPLE_BITS, 2), format(sum(area), 0)]);
  return `${formatTable(['Part', 'Energy per input bit, pJ', 'Area, µm²'], lines)}

For 8 input bits: ${format(joules * 1e9, 3)} nJ, ${format(seconds * 1e9, 0)} ns, ${format(operations / joules / 1e12, 2)} TOPS/W, ${format(operations / seconds / 1e9, 1)} GOPS.`;
}

/** Table of NeuRRAM: the formulas with the constants of the preset, over the values measured on the chip. */
function renderChip(): string {
  const { cost, measured } = loadCostPreset('neurram-130nm');
  const { rows, columns } = cost.array;
  const operations = rows * columns; // two cells per weight, two operations per weight
  const read = (inputBits: number, outputBits: number) => {
    const pulses = 2 ** Math.max(inputBits - 1, 1) - 1;
    const cellEnergy = (pulses / 2) * rows * columns * 0.5 ** 2 * 2.5e-6 * 1e-8;
    const pulse = { readVoltage: 0.5, readTime: 1e-8, rowPulses: rows / 2, cellEnergy };
    return computeReadCost(cost, { rows, columns, reads: 1, readColumns: columns, ...pulse, inputBits, outputBits });
  };
  const formatRow = (name: string, ours: number, chip: number, digits: number) => [
    name,
    format(ours, digits),
    format(chip, digits),
    (ours / chip).toFixed(2),
  ];
  const { precisions, energyBits, energies, source } = measured!;
  const { rows: lines, cells, ...neurons } = read(...energyBits).energy;
  const ours = { rows: lines, neurons: sum(neurons), cells };
  const [bits, femtojoules] = [energyBits.join('/'), 1e-15 * operations];
  const table = formatTable(
    ['Quantity', 'Formula', 'Chip', 'Ratio'],
    [
      ...precisions.map(({ input, output, tops }) => {
        const microseconds = (48 * operations) / tops / 1e6;
        return formatRow(`latency, ${input}/${output} bits, µs`, sum(read(input, output).time) * 1e6, microseconds, 2);
      }),
      ...(['rows', 'neurons', 'cells'] as const).map((part) =>
        formatRow(`energy of ${part}, ${bits} bits, pJ`, ours[part] * 1e12, energies[part] * femtojoules * 1e12, 0),
      ),
      formatRow(`energy, ${bits} bits, nJ`, sum(ours) * 1e9, sum(energies) * femtojoules * 1e9, 2),
      formatRow(`TOPS/W, ${bits} bits`, operations / sum(ours) / 1e12, precisions.at(-1)!.topsPerWatt, 2),
    ],
  );
  return `${table}

Measured: ${source}. Half of the inputs are 1, the mean conductance is 2.5 µS, a read pulse has 0.5 V and 10 ns. The constants of the
circuits are CiMLoop's fit to this chip, so that the table tests the formulas, not their use for another chip.`;
}

function* listValues(
  value: unknown,
  path: string,
  schema: JsonSchema = {},
): Generator<readonly [string, string, string]> {
  if (isMapping(value))
    for (const [key, part] of Object.entries(value))
      yield* listValues(part, path === '' ? key : `${path}.${key}`, schema.properties?.[key] as JsonSchema);
  else yield [path, typeof value === 'object' ? JSON.stringify(value) : String(value), String(schema.unit ?? '')];
}

function renderPreset(name: string): string {
  const { summary, cost, quoted, derived, assumed } = loadCostPreset(name);
  const schema = toJsonSchema(costSchema);
  const kinds = Object.entries({ quoted, derived, assumed });
  const describeSource = (path: string) => {
    for (const [kind, sources] of kinds) {
      const source = Object.keys(sources).find((one) => path === one || path.startsWith(`${one}.`));
      if (source) return `${kind}: ${sources[source]}`;
    }
    return undefined;
  };
  const rows = [...listValues(cost, '', schema)].flatMap(([path, value, unit]) => {
    const source = describeSource(path);
    return source === undefined ? [] : [[`\`${path}\``, value, unit, source]];
  });
  return `### ${name}\n\n${summary}\n\n${formatTable(['Value', '', 'Unit', 'Source'], rows)}`;
}

export const renderSystemCostPage = (): string =>
  joinPageParts('experiments/cost', [
    INTRODUCTION,
    '## Worked example\n\nPreset isaac-32nm, 128 × 128 cells with a mean conductance of 20.5 µS, read with 0.2 V for 10 ns; half of the input bits are 1.',
    renderExample(),
    '## The chip NeuRRAM',
    renderChip(),
    '## Presets',
    'Values that are not listed are 0. Abbreviations of sources: HL, HA: Accelergy-Project/hwcomponents-library and -adc; NS: neurosim/DNN_NeuroSim_V1.3; MN: thu-nics/MNSIM-2.0; CL: mit-emze/cimloop.',
    ...costPresetNames().map(renderPreset),
  ]);
