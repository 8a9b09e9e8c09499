/** Devices under test, without a network: pulsed and read by hand. */

import type { DeviceFactory } from '../../../core/factories.ts';
import { connectNeurons } from '../../../core/graph/connect.ts';
import { Arena } from '../../../core/kernels/arena.ts';
import type { Devices } from '../../../core/model.ts';

export interface Bench {
  readonly devices: Devices;
  readonly columns: number;
  /** One pulse of this strength to every device of a row. */
  pulse(strength: number, t?: number, row?: number): void;
  /** Weights of a row as they were put into the edges by the last read or pulse. */
  weights(row?: number): number[];
}

/** `rows` × `columns` devices, all with this weight (or this matrix) at the start. */
export function bench(
  factory: DeviceFactory,
  {
    weight = 0,
    rows = 1,
    columns = 1,
    seed = 1,
    precision = 'f64',
  }: { weight?: number; rows?: number; columns?: number; seed?: number; precision?: 'f32' | 'f64' } = {},
): Bench {
  const arena = new Arena();
  const { edges } = connectNeurons({
    preCount: rows,
    postCount: columns,
    selfMap: null,
    connect: { all: { weight } },
    delay: 0,
    precision,
    isPlastic: true,
    seed,
    projectionPath: 'bench',
    arena,
  });
  const devices = factory.create({ arena, seed, name: 'bench', edges, transpose: null, hasRandomWeights: false });
  const ones = new Float64Array(columns).fill(1);
  return {
    devices,
    columns,
    pulse: (strength, t = 0, row = 0) => devices.pulseRow(row, ones, strength, 0, t),
    weights: (row = 0) => [...edges.weights!.slice(row * columns, (row + 1) * columns)],
  };
}

export const mean = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0) / xs.length;
export function sd(xs: readonly number[]): number {
  const centre = mean(xs);
  return Math.sqrt(mean(xs.map((x) => (x - centre) ** 2)));
}

/** Parameters of `linearDrift` whose state a pulse of 1 V moves by a small part of its range. */
export const driftParameters = {
  rOn: 100,
  rOff: 1000,
  mobility: 1e-14,
  thickness: 1e-8,
  window: 0,
  writeVoltageUp: 1,
  writeTime: 1e-4,
};
