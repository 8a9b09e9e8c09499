import * as z from 'zod/mini';
import { POSITIVE_RANGE } from '../../core/declare/elementParameter.ts';
import {
  ascendingPair,
  choice,
  described,
  flag,
  integer,
  nonNegative,
  number,
  object,
  optional,
  text,
} from '../../core/declare/params.ts';
import { minLength } from '../../core/declare/ranged.ts';

const positive = (unit: string, help: string) => number({ ...POSITIVE_RANGE, unit, help });
const limit = (unit: string) => number({ min: 0, unit, help: 'lowest or highest published value' });
const bits = (help: string) => integer({ min: 1, max: 16, help });

/** Schema of a circuit: energy and area, both 0 by default. */
const circuit = (energy: string, area: string, help: string) =>
  optional(object({ energy: nonNegative(0, 'J', energy), area: nonNegative(0, 'µm²', area) }, help));

const adc = object(
  {
    kind: choice(['sar', 'ramp'], {
      default: 'sar',
      help: 'converter: sar: one conversion takes (bits + 1)/clock; ramp: 2^bits/clock',
    }),
    bits: bits('resolution, unless the network sets `output.bits`'),
    clock: positive('Hz', 'clock frequency'),
    columns: integer({ default: 1, min: 1, help: 'number of columns that share a converter' }),
    table: optional(
      described(
        z
          .array(
            object({
              bits: bits('resolution'),
              energy: nonNegative(0, 'J', 'energy of a conversion'),
              area: nonNegative(0, 'µm²', 'area of a converter'),
            }),
          )
          .check(minLength(1)),
        {
          description:
            'energy of a conversion and area of a converter for each resolution; a resolution that is not listed is refused',
        },
      ),
    ),
    power: nonNegative(0, 'W', 'power during a conversion; without `table`'),
    stepEnergy: nonNegative(0, 'J', 'energy of a step; without `table`; steps: sar bits, ramp 2^bits'),
    area: nonNegative(0, 'µm²', 'area of a converter; without `table`'),
    range: optional(
      object(
        {
          bits: bits('resolution of the compared converters'),
          energy: described(ascendingPair(limit('J')), { description: 'lowest and highest energy of a conversion' }),
          area: described(ascendingPair(limit('µm²')), { description: 'smallest and largest area of a converter' }),
          source: text({ help: 'source of the range' }),
        },
        'published range of such converters; its ratio to `table` applies to all resolutions',
      ),
    ),
  },
  'converter of column currents; without it, columns feed neurons',
);

/** Schema of the section `cost`: energy, area and timing of the circuits around the devices. */
export const costSchema = object(
  {
    name: optional(text({ help: 'name of the circuits that reports show, such as that of a preset' })),
    array: object(
      {
        rows: integer({ min: 1, help: 'number of rows of an array' }),
        columns: integer({ min: 1, help: 'number of columns of an array' }),
      },
      'size of an array; larger layers are divided among several arrays',
    ),
    cell: object(
      { area: positive('µm²', 'area: 48 F² with a transistor (4 F × 12 F), 4 F² without, at node F') },
      'cell',
    ),
    lines: object(
      {
        row: nonNegative(0, 'F', 'capacitance of a row line per cell, with gates'),
        column: nonNegative(0, 'F', 'capacitance of a column line per cell'),
        driver: nonNegative(0, 'F', 'capacitance of a row driver'),
        voltage: positive('V', 'voltage of row lines'),
        everyRow: flag({ help: 'true: a read charges all row lines; default false: only those with an input' }),
      },
      'charging of lines, C V² each time',
    ),
    input: object(
      {
        bits: bits('input resolution, unless the network sets `input.bits`'),
        coding: choice(['serial', 'integrated', 'width'], {
          default: 'serial',
          help: 'input coding: serial: a pulse and a conversion per bit; integrated: 2^n - 1 pulses for n bits, then one conversion; width: one pulse whose width is the input, then one conversion',
        }),
        signed: flag({ help: 'true: one input bit is the sign, given by the pulse polarity' }),
      },
      'inputs of nets without spikes; an input spike is one pulse',
    ),
    stepTime: optional(positive('s', 'time from pulse to pulse; default: `readTime` of the device')),
    rowDriver: circuit('energy of a pulse', 'area per row', 'row driver, with digital-to-analog converter'),
    sampleAndHold: circuit(
      'energy of a sample',
      'area per column',
      'sample and hold of a column; without it, an array is read again for each column of a shared converter',
    ),
    integrator: circuit('energy of a pulse', 'area per column', 'integrator of a column'),
    adc: optional(adc),
    shiftAdd: circuit('energy of a conversion', 'area per converter', 'shift-and-add unit of a converter'),
    neuron: optional(
      object(
        {
          energy: nonNegative(0, 'J', 'energy of a spike'),
          synapticEnergy: nonNegative(0, 'J', 'energy of a synaptic event'),
          area: nonNegative(0, 'µm²', 'area'),
        },
        'neuron circuit',
      ),
    ),
  },
  'circuits around the devices, for latency, energy and area of the system',
);

export type CostSettings = z.output<typeof costSchema>;
