import type { DeviceReach } from '../../core/factories.ts';
import type { Devices } from '../../core/model.ts';
import { effectiveConductances, listTiles } from './crossbar.ts';
import { NonLinearCrossbar } from './nonLinear.ts';
import type { CellIvCurve, ResolvedPeriphery } from './periphery.ts';

function computeMeanConductances(devices: Devices, t: number) {
  const { count } = devices.edges;
  const each = devices.usage.devices / count;
  return Float64Array.from({ length: count }, (_, k) => devices.conductance(k, t) / each);
}

/**
 * Line losses of the arrays of a layer: one array, or two with opposite signs. The current of a reference device is
 * assumed to lose the same fraction as the adjacent cell.
 */
export function createLineLosses(
  layer: Devices,
  { weightPerSiemens, gMin }: NonNullable<DeviceReach['electricalProperties']>,
  { word, bit, tile }: NonNullable<ResolvedPeriphery['lines']>,
  cell: CellIvCurve,
) {
  const { rows, columns, count } = layer.edges;
  const lineResistance = { word, bit };
  const sides = (layer.sides ?? [{ sign: 1, devices: layer } as const]).map((side) => ({
    ...side,
    /** Conductance of each cell with line losses, as a fraction of its device conductance. */
    attenuation: new Float64Array(count).fill(1),
  }));
  /** Weight at gMin on each side of a differential pair; without line losses, the two sides cancel. */
  const offset = layer.sides ? gMin * weightPerSiemens : 0;
  return {
    state: Object.fromEntries(sides.map(({ attenuation }, n) => [`attenuation${n}`, attenuation])),
    solve(t: number) {
      for (const { devices, attenuation } of sides) {
        const conductances = computeMeanConductances(devices, t);
        const effective = effectiveConductances({ rows, columns, conductances, lineResistance, ...(tile && { tile }) });
        for (let k = 0; k < effective.length; k++)
          attenuation[k] = conductances[k]! > 0 ? effective[k]! / conductances[k]! : 1;
      }
    },
    fillWeights(out: Float64Array) {
      out.fill(0);
      for (const { sign, devices, attenuation } of sides) {
        const weights = devices.edges.weights!;
        for (let k = 0; k < out.length; k++) out[k]! += sign * attenuation[k]! * (weights[k]! + offset);
      }
    },
    /**
     * Column currents with non-linear cells, in units of weight × input.
     * @param inputs word line voltages as fractions of the read voltage
     */
    currents(inputs: ArrayLike<number>, out: Float64Array, t: number) {
      out.fill(0);
      for (const { sign, devices } of sides) {
        const conductances = computeMeanConductances(devices, t);
        for (const one of listTiles({ rows, columns }, tile)) {
          const { topRow, leftColumn, rowCount, columnCount, toMatrixIndex } = one;
          const own = Float64Array.from({ length: rowCount * columnCount }, (_, k) => conductances[toMatrixIndex(k)]!);
          const voltages = Float64Array.from({ length: rowCount }, (_, i) => inputs[topRow + i]!);
          const crossbar = new NonLinearCrossbar({ rows: rowCount, columns: columnCount, lineResistance, cell });
          const found = crossbar.currents(voltages, own);
          for (let j = 0; j < columnCount; j++) out[leftColumn + j]! += sign * found[j]! * weightPerSiemens;
        }
      }
    },
  };
}
