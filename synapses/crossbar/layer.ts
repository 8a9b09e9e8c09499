import { UserError } from '../../core/declare/errors.ts';
import { show } from '../../core/declare/show.ts';
import { validate } from '../../core/declare/validate.ts';
import type { DeviceFactory } from '../../core/factories.ts';
import { Arena, type State } from '../../core/kernels/arena.ts';
import type { Devices, Stateful } from '../../core/model.ts';
import { CounterRandom, type Seed } from '../../core/random/random.ts';
import type { DeviceUsage, Programmed } from '../../core/usage.ts';
import { writeAndVerify } from '../devices/array/verify.ts';
import { joinStates } from '../joinStates.ts';
import { createLineLosses } from './lineLosses.ts';
import {
  cellCurrent,
  createConverter,
  createInputCoding,
  type Periphery,
  peripheryParams,
  type ResolvedPeriphery,
} from './periphery.ts';
import { createDenseEdges, createPulseUpdater, measureMeanStep } from './updates.ts';

export interface CrossbarLayerOptions extends Periphery {
  readonly rows: number;
  readonly columns: number;
  readonly device: DeviceFactory;
  /** Factor from device weights to weights of the layer. Default: 1. */
  readonly scale?: number;
  /** Initial weights, row-major, clipped to the range of the devices. Default: all 0. */
  readonly weights?: ArrayLike<number>;
  /**
   * True if both devices of a differential pair start in the middle of their range, so that pulses of either direction
   * move both, as needed for training; false if they start as low as possible, with small currents. Default: true.
   */
  readonly centred?: boolean;
  readonly seed?: Seed;
  /** Name of the layer in random streams and messages. Default: layer. */
  readonly name?: string;
}

export interface ProgrammingOptions {
  /** Tolerance of write and verify, as a fraction of the weight range. Default: 0.01. */
  readonly tolerance?: number;
  /** Maximal number of pulses per device. Default: 1000. */
  readonly maxPulses?: number;
  /** Strength of a pulse. Default: 1, or the strength that moves a device by the tolerance if that is smaller. */
  readonly strength?: number;
  /** Sd (normal) of the drift of a device after verification, as a fraction of its range. Default: 0. */
  readonly noise?: number;
}

export interface LayerProgrammed extends Programmed {
  /** Fraction of the weights that are outside the range and were clipped. */
  readonly clipped: number;
}

/**
 * Crossbar matrix of memristors: computes y = Wᵀ x forward and e = W d backward, and applies ΔW = rate x dᵀ by pulses.
 * Weights are
 *   W = scale (w − reference),   w the device weights as read,   reference the middle of their range (0 for differential pairs).
 * Any device model with any non-ideality can be used; with ideal devices and without periphery the layer is plain
 * linear algebra. Times are in ms; states relax until `now`, which the caller advances.
 */
export class CrossbarLayer implements Stateful {
  readonly rows: number;
  readonly columns: number;
  readonly scale: number;
  readonly devices: Devices;
  /** Mean change of a weight of the layer by a full pulse in the middle of the range. */
  readonly step: number;
  readonly #name: string;
  readonly #seed: Seed;
  readonly #arena: Arena;
  readonly #ranges: DeviceFactory['ranges'];
  readonly #referenceWeight: number;
  readonly #input: ReturnType<typeof createInputCoding>;
  readonly #output: ReturnType<typeof createConverter>;
  readonly #backConverter: ReturnType<typeof createConverter>;
  readonly #updater: ReturnType<typeof createPulseUpdater>;
  readonly #periphery: ResolvedPeriphery;
  readonly #lineLosses: ReturnType<typeof createLineLosses> | null;
  /** Device weights as read with line losses; for ideal lines, the same array as the device weights. */
  readonly #readWeights: Float64Array;
  readonly #x: Float64Array;
  readonly #columnSums: Float64Array;
  readonly #e: Float64Array;
  /** State: time, ms; number of updates since line losses were computed (Infinity: never); number of programmings. */
  readonly #counts = Float64Array.of(0, Infinity, 0);

  constructor(o: CrossbarLayerOptions) {
    const { rows, columns, device, scale = 1, weights, centred = true, seed = 1, name = 'layer', ...periphery } = o;
    for (const [key, size] of [['rows', rows] as const, ['columns', columns] as const]) {
      if (!(Number.isInteger(size) && size >= 1 && size <= 65536))
        throw new UserError(`${name}: ${key} must be an integer from 1 to 65536 (got ${show(size)}).`);
    }
    if (!(Number.isFinite(scale) && scale > 0))
      throw new UserError(`${name}: scale must be a number > 0 (got ${show(scale)}).`);
    this.#periphery = validate(peripheryParams, periphery, name);
    this.rows = rows;
    this.columns = columns;
    this.scale = scale;
    this.#name = name;
    this.#seed = seed;
    this.#ranges = device.ranges;
    this.#referenceWeight = (this.#ranges.low + this.#ranges.high) / 2;
    const arena = new Arena();
    this.#arena = arena;
    const initial = arena.f64(rows * columns);
    initial.set(weights === undefined ? initial.fill(this.#referenceWeight) : this.#toDeviceWeights(weights).wanted);
    const edges = createDenseEdges(rows, columns, initial);
    this.devices = device.create({ arena, seed, name, edges, transpose: null, drawn: true, centred });
    this.step = measureMeanStep(device, centred) * scale;
    const { input, output, lines, nonlinearity, update } = this.#periphery;
    const cell = cellCurrent(nonlinearity);
    this.#input = createInputCoding(input, cell);
    this.#output = createConverter(columns, output);
    this.#backConverter = createConverter(rows, output && { energy: output.energy, calibrated: false });
    const resistive = lines !== undefined && lines.word + lines.bit > 0;
    this.#lineLosses = resistive
      ? createLineLosses(this.devices, this.#requireConductances('lines'), lines, cell)
      : null;
    if (!cell.isOhmic) this.#requireConductances('nonlinearity');
    [this.#x, this.#columnSums, this.#e] = [arena.f64(rows), arena.f64(columns), arena.f64(rows)];
    this.#readWeights = this.#lineLosses ? arena.f64(rows * columns) : (this.devices.edges.weights as Float64Array);
    const settled = validate(peripheryParams.shape.update, update ?? {}, name)!;
    const trace = arena.f64(columns);
    this.#updater = createPulseUpdater(this.devices, settled, this.step / scale, trace, seed, name);
  }

  /** Computes y = Wᵀ x on the crossbar. @throws UserError if lengths differ from the shape or inputs are not finite */
  forward(x: ArrayLike<number>, y: Float64Array): Float64Array {
    this.#checkLength(x, this.rows, 'inputs');
    this.#checkLength(y, this.columns, 'outputs');
    this.#multiplyInputs(x, y);
    this.#output.convert(y);
    for (let j = 0; j < y.length; j++) y[j]! *= this.scale;
    return y;
  }

  /** Computes e = W d: bit lines are driven and word lines read, with the same line losses as forward. */
  backward(d: ArrayLike<number>, e: Float64Array): Float64Array {
    this.#checkLength(d, this.columns, 'errors');
    this.#checkLength(e, this.rows, 'outputs');
    const { rows, columns } = this;
    let sum = 0;
    let size = 0;
    for (let j = 0; j < columns; j++) {
      this.#columnSums[j] = d[j]!;
      sum += d[j]!;
      size += Math.abs(d[j]!);
    }
    for (let i = 0; i < rows; i++) this.devices.read(i, this.now, size / columns);
    this.#updateReadWeights();
    this.#arena.kernels.multiply(this.#readWeights, columns, 1, this.#columnSums, this.#e, rows, columns, 1);
    for (let i = 0; i < rows; i++) e[i] = this.#e[i]! - this.#referenceWeight * sum;
    this.#checkFinite(e, 'errors');
    this.#backConverter.convert(e);
    for (let i = 0; i < rows; i++) e[i]! *= this.scale;
    return e;
  }

  /** Updates the weights by pulses: ΔW = rate x dᵀ. */
  outer(x: ArrayLike<number>, d: ArrayLike<number>, rate: number) {
    this.#checkLength(x, this.rows, 'inputs');
    this.#checkLength(d, this.columns, 'errors');
    let sum = rate;
    for (let j = 0; j < this.columns; j++) sum += d[j]!;
    if (!Number.isFinite(sum)) throw this.#createFiniteError('errors');
    this.#counts[1]!++;
    this.#updater.updateOuter(x, d, rate / this.scale, this.now);
  }

  /** Updates the weights by pulses: ΔW = rate × wanted, row-major. */
  update(wanted: ArrayLike<number>, rate = 1) {
    this.#checkLength(wanted, this.rows * this.columns, 'changes');
    this.#counts[1]!++;
    this.#updater.updateMatrix(wanted, rate / this.scale, this.now);
  }

  program(weights: ArrayLike<number>, o: ProgrammingOptions = {}): LayerProgrammed {
    const { tolerance = 0.01, maxPulses = 1000, noise = 0 } = o;
    const { wanted, clipped } = this.#toDeviceWeights(weights);
    const { low, high } = this.#ranges;
    const width = high - low;
    const strength = o.strength ?? Math.min(1, (tolerance * width * this.scale) / this.step);
    const random = new CounterRandom(this.#seed, `${this.#name}/programming${this.#counts[2]!++}`);
    const sd = noise * width * (this.devices.sides ? Math.SQRT1_2 : 1); // the two devices of a pair drift independently
    if (noise > 0)
      for (let k = 0; k < wanted.length; k++)
        wanted[k] = Math.min(Math.max(wanted[k]! + sd * random.normal(k, 0), low), high);
    this.#counts[1] = Infinity;
    const done = writeAndVerify(this.devices, wanted, { tolerance, maxPulses, strength }, width, this.now);
    return { ...done, clipped };
  }

  /**
   * Calibrates the periphery with example inputs: unset ranges of inputs and outputs become the largest values that
   * occur. If `calibrated`, each column gets the gain that fits its outputs best to the outputs without line losses and
   * converters.
   */
  calibrate(inputs: readonly ArrayLike<number>[]) {
    this.#input.calibrate(inputs);
    const weights = this.weights;
    const pairs = inputs.map((x) => {
      const ideal = new Float64Array(this.columns);
      for (let i = 0; i < this.rows; i++)
        for (let j = 0; j < this.columns; j++) ideal[j]! += (x[i]! * weights[i * this.columns + j]!) / this.scale;
      return { ideal, raw: this.#multiplyInputs(x, new Float64Array(this.columns)) };
    });
    this.#output.calibrate(pairs);
  }

  get now() {
    return this.#counts[0]!;
  }

  set now(t: number) {
    this.#counts[0] = t;
  }

  /** Complete state as live arrays; loaded into a layer with the same options, they give bit-identical results. */
  get state(): State {
    const parts = {
      devices: this.devices,
      input: this.#input,
      output: this.#output,
      back: this.#backConverter,
      lines: this.#lineLosses,
    };
    const seen = this.#lineLosses && { seen: this.#readWeights };
    return { counts: this.#counts, slots: this.#updater.slots, ...seen, ...joinStates(parts) };
  }

  onRestore() {
    this.devices.onRestore?.();
  }

  /** Stored weights, without read noise and line losses. */
  get weights() {
    return Float64Array.from(
      { length: this.rows * this.columns },
      (_, k) => this.scale * (this.devices.weight(k, this.now) - this.#referenceWeight),
    );
  }

  /** Smallest and largest weight of a device without device-to-device variability. */
  get range(): readonly [number, number] {
    return [
      this.scale * (this.#ranges.low - this.#referenceWeight),
      this.scale * (this.#ranges.high - this.#referenceWeight),
    ];
  }

  /** Conductance range of the devices, S, and their read pulse; null without conductances. */
  get electrical(): DeviceFactory['ranges']['electrical'] {
    return this.#ranges.electrical;
  }

  /** Counters of the devices, and energy of the converters, J. */
  get accounts(): { readonly devices: DeviceUsage; readonly converters: number } {
    return { devices: this.devices.usage, converters: this.#output.joules + this.#backConverter.joules };
  }

  /** Computes the outputs before conversion: device weights × inputs, minus reference × sum of the inputs. */
  #multiplyInputs(x: ArrayLike<number>, y: Float64Array): Float64Array {
    const { rows, columns } = this;
    const input = this.#input;
    y.fill(0);
    for (let phase = 0, phases = input.startInput(x, rows, this.#readsPulsesOneByOne); phase < phases; phase++) {
      const factor = input.fillPhase(phase, this.#x);
      let sum = 0;
      for (let i = 0; i < rows; i++) {
        const v = this.#x[i]!;
        sum += v;
        if (v !== 0) this.devices.read(i, this.now, input.readShare(v));
      }
      if (this.#lineLosses && !input.cell.isOhmic) this.#lineLosses.currents(this.#x, this.#columnSums, this.now);
      else {
        this.#updateReadWeights();
        sum = input.applyNonlinearity(this.#x, sum);
        this.#arena.kernels.multiply(this.#x, rows, 1, this.#readWeights, this.#columnSums, 1, rows, columns);
      }
      for (let j = 0; j < columns; j++) y[j]! += factor * (this.#columnSums[j]! - this.#referenceWeight * sum);
    }
    return this.#checkFinite(y, 'inputs');
  }

  /** True if pulses of an input are read one by one: unsteady devices, or line losses with non-linear cells. */
  get #readsPulsesOneByOne() {
    return !this.devices.isSteady || (this.#lineLosses !== null && !this.#input.cell.isOhmic);
  }

  #updateReadWeights() {
    if (this.#lineLosses === null) return;
    const { every } = this.#periphery.lines!;
    const fresh = this.#counts[1]! < every;
    if (!fresh) {
      this.#lineLosses.solve(this.now);
      this.#counts[1] = 0;
    }
    if (!(fresh && this.devices.isSteady)) this.#lineLosses.fillWeights(this.#readWeights);
  }

  #requireConductances(what: string): NonNullable<DeviceFactory['ranges']['electrical']> {
    const { electrical } = this.#ranges;
    if (electrical === null)
      throw new UserError(`${this.#name}: ${what} needs devices with a conductance, not ideal ones.`);
    return electrical;
  }

  #toDeviceWeights(weights: ArrayLike<number>): { wanted: Float64Array; clipped: number } {
    this.#checkLength(weights, this.rows * this.columns, 'weights');
    const { low, high } = this.#ranges;
    let outside = 0;
    const wanted = Float64Array.from({ length: weights.length }, (_, k) => {
      const w = weights[k]! / this.scale + this.#referenceWeight;
      if (!Number.isFinite(w))
        throw new UserError(`${this.#name}: weight ${k} must be a finite number (got ${show(weights[k])}).`);
      const slack = 1e-9 * (high - low);
      if (w < low - slack || w > high + slack) outside++;
      return Math.min(Math.max(w, low), high);
    });
    return { wanted, clipped: outside / weights.length };
  }

  #checkLength(values: ArrayLike<number>, expected: number, what: string) {
    if (values.length !== expected)
      throw new UserError(
        `${this.#name}: a layer of ${this.rows} × ${this.columns} needs ${expected} ${what} (got ${values.length}).`,
      );
  }

  #checkFinite(values: Float64Array, of: string): Float64Array {
    if (!Number.isFinite(values[0]!)) throw this.#createFiniteError(of);
    return values;
  }

  #createFiniteError(what: string): UserError {
    return new UserError(`${this.#name}: ${what} must be finite (got NaN or an infinite number).`);
  }
}
