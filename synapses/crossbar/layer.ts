import { UserError } from '../../core/declare/errors.ts';
import { validate } from '../../core/declare/validate.ts';
import type { DeviceFactory } from '../../core/factories.ts';
import { Arena, type StateArrays } from '../../core/kernels/arena.ts';
import type { Kernels } from '../../core/kernels/kernels.ts';
import type { Devices, Stateful } from '../../core/model.ts';
import { CounterRandom, type Seed } from '../../core/random/random.ts';
import type { DeviceUsage, Programmed } from '../../core/usage.ts';
import { writeAndVerify } from '../devices/array/verify.ts';
import { joinStates } from '../joinStates.ts';
import { createWeightUpdater, type WeightUpdater } from './algorithms.ts';
import { createValueError, requireSize } from './crossbar.ts';
import { createLineLosses } from './lineLosses.ts';
import {
  createAdc,
  createCellIvCurve,
  createInputCoding,
  type Periphery,
  peripheryParams,
  type ResolvedPeriphery,
} from './periphery.ts';
import { createDenseEdges, measureMeanStep } from './updates.ts';

/** Size, devices, initial weights and periphery of a crossbar layer. */
export interface CrossbarLayerOptions extends Periphery {
  readonly rows: number;
  readonly columns: number;
  readonly device: DeviceFactory;
  /** Factor from device weights to weights of the layer. Default: 1. */
  readonly scale?: number;
  /** Initial weights, row-major, clipped to the range of the devices. Default: all 0. */
  readonly weights?: ArrayLike<number>;
  /** True (default): devices of a differential pair start mid-range, as training needs. False: as low as possible. */
  readonly centred?: boolean;
  readonly seed?: Seed;
  /** Name of the layer in random streams and messages. Default: layer. */
  readonly name?: string;
}

/** Settings of write and verify: pulses are applied until the read weight of a device is within the tolerance. */
export interface ProgrammingOptions {
  /** Tolerance of write and verify, as a fraction of the weight range. Default: 0.01. */
  readonly tolerance?: number;
  /** Maximal number of pulses per device. Default: 1000. */
  readonly maxPulses?: number;
  /** Strength of a pulse. Default: 1, or the strength that moves a device by the tolerance if that is smaller. */
  readonly strength?: number;
  /** Standard deviation of the random drift of a device after verification, as a fraction of its range. Default: 0. */
  readonly noise?: number;
}

/** Cost and errors of programming a layer, and the share of clipped weights. */
export interface LayerProgrammingResult extends Programmed {
  /** Fraction of the target weights outside the range, which were clipped. */
  readonly clipped: number;
}

/**
 * Crossbar matrix of memristors: computes y = Wᵀ x forward and e = W d backward, and applies ΔW = rate x dᵀ by
 * pulses. The weights are W = scale (w − reference): w are the device weights as read, and the reference is the
 * middle of their range (0 for differential pairs). States relax until the time `now`, ms, which the caller sets.
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
  readonly #multiply: Kernels['multiply'];
  readonly #deviceRanges: DeviceFactory['ranges'];
  readonly #referenceWeight: number;
  readonly #inputCoding;
  readonly #outputConverter;
  readonly #weightUpdater: WeightUpdater;
  readonly #periphery: ResolvedPeriphery;
  readonly #lineLosses;
  /** Device weights as read with line losses. With ideal lines, the same array as the device weights. */
  readonly #readWeights: Float64Array;
  readonly #lineInputs: Float64Array;
  readonly #columnCurrents: Float64Array;
  readonly #lineErrors: Float64Array;
  /** Array [time in ms, number of updates since line losses were computed (Infinity: never), programming count]. */
  readonly #counters = Float64Array.of(0, Infinity, 0);

  constructor(o: CrossbarLayerOptions) {
    const { rows, columns, device, scale = 1, weights, centred = true, seed = 1, name = 'layer', ...periphery } = o;
    requireSize(rows, 'rows', name);
    requireSize(columns, 'columns', name);
    if (!(Number.isFinite(scale) && scale > 0)) throw createValueError('scale', scale, 'a number > 0', name);
    this.#periphery = validate(peripheryParams, periphery, name);
    this.rows = rows;
    this.columns = columns;
    this.scale = scale;
    this.#name = name;
    this.#seed = seed;
    this.#deviceRanges = device.ranges;
    const { lineResistance = 0, load = 0 } = device.ranges.electricalProperties?.array ?? {};
    if (lineResistance > 0 || load > 0)
      throw new UserError(`${name}.device.array: the line resistance of a layer is set in lines; remove array.`);
    this.#referenceWeight = (this.#deviceRanges.minWeight + this.#deviceRanges.maxWeight) / 2;
    const arena = new Arena();
    this.#multiply = arena.kernels.multiply;
    const initial = arena.f64(rows * columns);
    initial.set(
      weights === undefined ? initial.fill(this.#referenceWeight) : this.#convertToDeviceWeights(weights).targets,
    );
    const edges = createDenseEdges(rows, columns, initial);
    const context = { arena, seed, name, edges, transpose: null, hasRandomWeights: true };
    this.devices = device.create({ ...context, startsNearMidRange: centred });
    this.step = measureMeanStep(device, centred) * scale;
    const { input, output, lines, nonlinearity, update } = this.#periphery;
    const cell = createCellIvCurve(nonlinearity);
    this.#inputCoding = createInputCoding(input, cell);
    this.#outputConverter = createAdc(columns, output);
    const resistive = lines !== undefined && lines.word + lines.bit > 0;
    this.#lineLosses = resistive
      ? createLineLosses(this.devices, this.#requireConductances('lines'), lines, cell)
      : null;
    if (!cell.isOhmic) this.#requireConductances('nonlinearity');
    [this.#lineInputs, this.#columnCurrents, this.#lineErrors] = [arena.f64(rows), arena.f64(columns), arena.f64(rows)];
    this.#readWeights = this.#lineLosses ? arena.f64(rows * columns) : (this.devices.edges.weights as Float64Array);
    const settled = validate(peripheryParams.shape.update, update ?? {}, name)!;
    const target = { device, devices: this.devices, update: settled, step: this.step / scale, isCentred: centred };
    this.#weightUpdater = createWeightUpdater({ ...target, arena, seed, name });
  }

  /** Computes y = Wᵀ x: word lines are driven and bit lines read. */
  forward(x: ArrayLike<number>, y: Float64Array): Float64Array {
    this.#checkLength(x, this.rows, 'inputs');
    this.#checkLength(y, this.columns, 'outputs');
    this.#multiplyInputs(x, y);
    this.#outputConverter.convert(y);
    for (let j = 0; j < y.length; j++) y[j]! *= this.scale;
    return y;
  }

  /** Computes e = W d: bit lines are driven and word lines read, with the same line losses. */
  backward(d: ArrayLike<number>, e: Float64Array): Float64Array {
    this.#checkLength(d, this.columns, 'errors');
    this.#checkLength(e, this.rows, 'outputs');
    const { rows, columns } = this;
    const inputs = this.#columnCurrents;
    let sum = 0;
    let size = 0;
    for (let j = 0; j < columns; j++) {
      inputs[j] = d[j]!;
      sum += d[j]!;
      size += Math.abs(d[j]!);
    }
    for (let i = 0; i < rows; i++) this.devices.readRow(i, this.now, size / columns);
    this.#updateReadWeights();
    this.#multiply(this.#readWeights, columns, 1, inputs, this.#lineErrors, rows, columns, 1);
    for (let i = 0; i < rows; i++) e[i] = this.#lineErrors[i]! - this.#referenceWeight * sum;
    this.#requireFinite(e[0]!, 'errors');
    for (let i = 0; i < rows; i++) e[i]! *= this.scale;
    return e;
  }

  /** Updates the weights by pulses: ΔW = rate x dᵀ, with inputs x and errors d. */
  outer(x: ArrayLike<number>, d: ArrayLike<number>, rate: number) {
    this.#checkLength(x, this.rows, 'inputs');
    this.#checkLength(d, this.columns, 'errors');
    let sum = rate;
    for (let j = 0; j < this.columns; j++) sum += d[j]!;
    this.#requireFinite(sum, 'errors');
    this.#counters[1]!++;
    this.#weightUpdater.updateByOuterProduct(x, d, rate / this.scale, this.now);
  }

  /** True if updates must come one sample at a time, by `outer`, because gradients are summed in devices. */
  get needsOuterUpdates(): boolean {
    return this.#weightUpdater.fast !== null;
  }

  /** Updates the weights by pulses: ΔW = rate × changes, row-major. */
  update(changes: ArrayLike<number>, rate = 1) {
    this.#checkLength(changes, this.rows * this.columns, 'changes');
    this.#counters[1]!++;
    this.#weightUpdater.updateMatrix(changes, rate / this.scale, this.now);
  }

  program(weights: ArrayLike<number>, o: ProgrammingOptions = {}): LayerProgrammingResult {
    const { tolerance = 0.01, maxPulses = 1000, noise = 0 } = o;
    const { targets, clipped } = this.#convertToDeviceWeights(weights);
    const { minWeight: low, maxWeight: high } = this.#deviceRanges;
    const width = high - low;
    const strength = o.strength ?? Math.min(1, (tolerance * width * this.scale) / this.step);
    const random = new CounterRandom(this.#seed, `${this.#name}/programming${this.#counters[2]!++}`);
    const sd = noise * width * (this.devices.signedArrays ? Math.SQRT1_2 : 1); // the two devices of a pair drift independently
    if (noise > 0)
      for (let k = 0; k < targets.length; k++)
        targets[k] = Math.min(Math.max(targets[k]! + sd * random.normal(k, 0), low), high);
    this.#counters[1] = Infinity;
    return {
      ...writeAndVerify(this.devices, targets, { tolerance, maxPulses, strength }, width, this.now),
      clipped,
    };
  }

  /**
   * Calibrates the periphery with example inputs. Input and output ranges that are not set become the largest values
   * that occur. If `calibrated`, each column gets the gain that best compensates line losses and converter errors.
   */
  calibrate(inputs: readonly ArrayLike<number>[]) {
    this.#inputCoding.calibrate(inputs);
    const weights = this.weights;
    const pairs = inputs.map((x) => {
      const ideal = new Float64Array(this.columns);
      for (let i = 0; i < this.rows; i++)
        for (let j = 0; j < this.columns; j++) ideal[j]! += (x[i]! * weights[i * this.columns + j]!) / this.scale;
      return { ideal, raw: this.#multiplyInputs(x, new Float64Array(this.columns)) };
    });
    this.#outputConverter.calibrate(pairs);
  }

  get now() {
    return this.#counters[0]!;
  }

  set now(t: number) {
    this.#counters[0] = t;
  }

  /** Complete state as live arrays; a layer with equal options that loads them gives bit-identical results. */
  get state(): StateArrays {
    const parts = {
      devices: this.devices,
      input: this.#inputCoding,
      output: this.#outputConverter,
      lines: this.#lineLosses,
    };
    const seen = this.#lineLosses && { seen: this.#readWeights };
    return { counts: this.#counters, ...this.#weightUpdater.state, ...seen, ...joinStates(parts) };
  }

  onCheckpointLoaded() {
    this.devices.onCheckpointLoaded?.();
    this.#weightUpdater.fast?.onCheckpointLoaded?.();
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
    const { minWeight: low, maxWeight: high } = this.#deviceRanges;
    return [this.scale * (low - this.#referenceWeight), this.scale * (high - this.#referenceWeight)];
  }

  /** Conductance range of the devices, S, and their read pulse; null without conductances. */
  get electrical(): DeviceFactory['ranges']['electricalProperties'] {
    return this.#deviceRanges.electricalProperties;
  }

  /** Counters of the devices, and of array A of a two-array algorithm (else null). */
  get accounts(): { readonly devices: DeviceUsage; readonly fast: DeviceUsage | null } {
    return { devices: this.devices.usage, fast: this.#weightUpdater.fast?.usage ?? null };
  }

  /** Computes the outputs before conversion: device weights × inputs, minus reference × sum of the inputs. */
  #multiplyInputs(x: ArrayLike<number>, y: Float64Array): Float64Array {
    const { rows, columns } = this;
    const input = this.#inputCoding;
    y.fill(0);
    for (let phase = 0, phases = input.startInput(x, rows, this.#mustReadSeparately); phase < phases; phase++) {
      const factor = input.fillPhase(phase, this.#lineInputs);
      let sum = 0;
      for (let i = 0; i < rows; i++) {
        const v = this.#lineInputs[i]!;
        sum += v;
        if (v !== 0) this.devices.readRow(i, this.now, input.readEnergyFraction(v));
      }
      if (this.#lineLosses && !input.cell.isOhmic)
        this.#lineLosses.currents(this.#lineInputs, this.#columnCurrents, this.now);
      else {
        this.#updateReadWeights();
        sum = input.applyNonlinearity(this.#lineInputs, sum);
        this.#multiply(this.#lineInputs, rows, 1, this.#readWeights, this.#columnCurrents, 1, rows, columns);
      }
      for (let j = 0; j < columns; j++) y[j]! += factor * (this.#columnCurrents[j]! - this.#referenceWeight * sum);
    }
    this.#requireFinite(y[0]!, 'inputs');
    return y;
  }

  /**
   * True if each pulse of an input needs a read of its own: noisy reads, relaxing states, or line losses with
   * non-linear cells.
   */
  get #mustReadSeparately() {
    return !this.devices.hasSteadyWeights || (this.#lineLosses !== null && !this.#inputCoding.cell.isOhmic);
  }

  #updateReadWeights() {
    if (this.#lineLosses === null) return;
    const fresh = this.#counters[1]! < this.#periphery.lines!.every;
    if (!fresh) {
      this.#lineLosses.solve(this.now);
      this.#counters[1] = 0;
    }
    if (!(fresh && this.devices.hasSteadyWeights)) this.#lineLosses.fillWeights(this.#readWeights);
  }

  #requireConductances(what: string): NonNullable<DeviceFactory['ranges']['electricalProperties']> {
    const { electricalProperties: electrical } = this.#deviceRanges;
    if (electrical === null)
      throw new UserError(`${this.#name}: ${what} needs devices with a conductance, not ideal ones.`);
    return electrical;
  }

  #convertToDeviceWeights(weights: ArrayLike<number>): { targets: Float64Array; clipped: number } {
    this.#checkLength(weights, this.rows * this.columns, 'weights');
    const { minWeight: low, maxWeight: high } = this.#deviceRanges;
    let outside = 0;
    const targets = Float64Array.from({ length: weights.length }, (_, k) => {
      const w = weights[k]! / this.scale + this.#referenceWeight;
      if (!Number.isFinite(w)) throw createValueError(`weight ${k}`, weights[k], 'a finite number', this.#name);
      const slack = 1e-9 * (high - low);
      if (w < low - slack || w > high + slack) outside++;
      return Math.min(Math.max(w, low), high);
    });
    return { targets, clipped: outside / weights.length };
  }

  #checkLength(values: ArrayLike<number>, expected: number, what: string) {
    if (values.length !== expected)
      throw new UserError(
        `${this.#name}: a layer of ${this.rows} × ${this.columns} needs ${expected} ${what} (got ${values.length}).`,
      );
  }

  #requireFinite(value: number, what: string) {
    if (!Number.isFinite(value))
      throw new UserError(`${this.#name}: ${what} must be finite (got NaN or an infinite number).`);
  }
}
