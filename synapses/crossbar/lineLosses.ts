import type { DeviceReach } from '../../core/factories.ts';
import type { State } from '../../core/kernels/arrays.ts';
import type { Devices } from '../../core/model.ts';
import { effectiveConductances, listTiles } from './crossbar.ts';
import { NonLinearCrossbar } from './nonLinear.ts';
import type { CellCurrent, ResolvedPeriphery } from './periphery.ts';

type Lines = NonNullable<ResolvedPeriphery['lines']>;
type Electrical = NonNullable<DeviceReach['electrical']>;

interface Side {
  readonly sign: 1 | -1;
  readonly devices: Devices;
  /** Conductance of each cell with line losses, as a fraction of its device conductance. */
  readonly attenuation: Float64Array;
}

/**
 * Line losses of the arrays of a layer: one array, or two with opposite signs. The current of a reference device is
 * assumed to lose the same fraction as the adjacent cell.
 */
export class LineLosses {
  readonly #sides: readonly Side[];
  readonly #lines: Lines;
  readonly #cell: CellCurrent;
  readonly #weightPerSiemens: number;
  /** Weight at gMin on each side of a differential pair; without line losses, the two sides cancel. */
  readonly #offset: number;
  readonly #rows: number;
  readonly #columns: number;

  constructor(devices: Devices, electrical: Electrical, lines: Lines, cell: CellCurrent) {
    const { rows, columns, count } = devices.edges;
    const sides = devices.sides ?? [{ sign: 1, devices } as const];
    this.#sides = sides.map((side) => ({ ...side, attenuation: new Float64Array(count).fill(1) }));
    this.#lines = lines;
    this.#cell = cell;
    this.#weightPerSiemens = electrical.weightPerSiemens;
    this.#offset = devices.sides ? electrical.gMin * electrical.weightPerSiemens : 0;
    this.#rows = rows;
    this.#columns = columns;
  }

  /** Attenuations that `solve` has computed. */
  get state(): State {
    return Object.fromEntries(this.#sides.map(({ attenuation }, n) => [`attenuation${n}`, attenuation]));
  }

  /** Computes the attenuations for the conductances at t. */
  solve(t: number): void {
    const { word, bit, tile } = this.#lines;
    for (const { devices, attenuation } of this.#sides) {
      const conductances = this.#conductances(devices, t);
      const size = { rows: this.#rows, columns: this.#columns };
      const lineResistance = { word, bit };
      const effective = effectiveConductances({ ...size, conductances, lineResistance, ...(tile && { tile }) });
      for (let k = 0; k < effective.length; k++)
        attenuation[k] = conductances[k]! > 0 ? effective[k]! / conductances[k]! : 1;
    }
  }

  /** Computes the weights as read with line losses, for ohmic cells, and writes them to `out`. */
  fillWeights(out: Float64Array): void {
    out.fill(0);
    for (const { sign, devices, attenuation } of this.#sides) {
      const weights = devices.edges.weights!;
      for (let k = 0; k < out.length; k++) out[k]! += sign * attenuation[k]! * (weights[k]! + this.#offset);
    }
  }

  /** Currents of non-linear cells, in weight × input. @param inputs word voltages as fractions of the read voltage */
  currents(inputs: ArrayLike<number>, out: Float64Array, t: number): void {
    const { word, bit, tile } = this.#lines;
    out.fill(0);
    for (const { sign, devices } of this.#sides) {
      const conductances = this.#conductances(devices, t);
      for (const { top, left, height, width, at } of listTiles({ rows: this.#rows, columns: this.#columns }, tile)) {
        const own = Float64Array.from({ length: height * width }, (_, k) => conductances[at(k)]!);
        const circuit = { rows: height, columns: width, lineResistance: { word, bit }, cell: this.#cell };
        const voltages = Float64Array.from({ length: height }, (_, i) => inputs[top + i]!);
        const found = new NonLinearCrossbar(circuit).currents(voltages, own);
        for (let j = 0; j < width; j++) out[left + j]! += sign * found[j]! * this.#weightPerSiemens;
      }
    }
  }

  /** Conductance of each synapse, S: the mean over its devices. */
  #conductances(devices: Devices, t: number): Float64Array {
    const { count } = devices.edges;
    const each = devices.usage.devices / count;
    return Float64Array.from({ length: count }, (_, k) => devices.conductance(k, t) / each);
  }
}
