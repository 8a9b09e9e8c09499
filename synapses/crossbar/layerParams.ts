import type * as z from 'zod/mini';
import { choice, flag, fromZero, integer, number, object, optional } from '../../core/declare/params.ts';
import { nonlinearityParam } from './cellCurrent.ts';
import { updateParams } from './updates.ts';

const inputParams = object(
  {
    coding: choice(['pulses', 'width', 'amplitude'], {
      default: 'width',
      help: 'coding of inputs: pulses: number of read pulses; width: duration of one pulse; amplitude: voltage of one pulse, the only coding affected by the non-linearity of cells',
    }),
    bits: optional(
      integer({ min: 1, max: 12, help: 'number of bits of the magnitude of inputs; default: no quantisation' }),
    ),
    range: optional(
      number({
        min: 0,
        exclusiveMin: true,
        help: 'input of a full pulse, beyond which inputs are clipped; default: 1 without clipping; with bits: the largest input of calibrate()',
      }),
    ),
  },
  'conversion of inputs into read pulses',
);

const outputParams = object(
  {
    bits: optional(
      integer({ min: 2, max: 16, help: 'number of bits of the converter, sign included; default: no quantisation' }),
    ),
    range: optional(
      number({
        min: 0,
        exclusiveMin: true,
        help: 'largest output of the converter, in units of weight × input; default: the largest output of calibrate()',
      }),
    ),
    calibrated: flag({
      help: 'gain correction: calibrate() fits one gain per column to compensate losses in lines and cells; default false',
    }),
    energy: fromZero(0, 'J', 'energy of one conversion'),
  },
  'conversion of currents into outputs',
);

const lineParams = object(
  {
    word: fromZero(0, 'Ω', 'resistance of one segment of a word line'),
    bit: fromZero(0, 'Ω', 'resistance of one segment of a bit line'),
    tile: optional(
      object({
        rows: integer({ min: 1, help: 'number of rows of a tile' }),
        columns: integer({ min: 1, help: 'number of columns of a tile' }),
      }),
    ),
    every: integer({ default: 1, min: 1, help: 'number of updates after which the line losses are solved again' }),
  },
  'line resistance',
);

/** Parameters of the periphery of a layer. */
export const peripheryParams = object({
  input: optional(inputParams),
  output: optional(outputParams),
  lines: optional(lineParams),
  nonlinearity: nonlinearityParam,
  update: optional(updateParams),
});

export type Periphery = z.input<typeof peripheryParams>;
export type SettledPeriphery = z.output<typeof peripheryParams>;
