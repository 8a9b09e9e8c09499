import { UserError } from '../../core/declare/errors.ts';
import { show } from '../../core/declare/show.ts';
import { validate } from '../../core/declare/validate.ts';
import type { DeviceFactory } from '../../core/factories.ts';
import { Arena, type State } from '../../core/kernels/arena.ts';
import type { Devices, Stateful } from '../../core/model.ts';
import { CounterRandom, type Seed } from '../../core/random/random.ts';
import type { DeviceUsage, Programmed } from '../../core/usage.ts';
import { writeAndVerify } from '../devices/array/verify.ts';
import { cellCurrent } from './cellCurrent.ts';
import { Converter } from './converter.ts';
import { InputCoding } from './inputCoding.ts';
import { type Periphery, peripheryParams, type SettledPeriphery } from './layerParams.ts';
import { denseEdges, meanStep } from './meanStep.ts';
import { Sides } from './sides.ts';
import { Updater } from './updates.ts';

export interface CrossbarLayerOptions extends Periphery {
  /** Inputs: word lines. */
  readonly rows: number;
  /** Outputs: bit lines. */
  readonly columns: number;
  readonly device: DeviceFactory;
  /** Weight that a weight of 1 of the devices stands for. Default: 1. */
  readonly scale?: number;
  /** Weights at the start, row by row; what devices cannot hold is clipped. Default: all 0. */
  readonly weights?: ArrayLike<number>;
  /**
   * Whether both devices of a pair begin around the middle of their range, where pulses of either direction move both, as training
   * wants it; else as low as can be, where currents are small. Default: true.
   */
  readonly centred?: boolean;
  readonly seed?: Seed;
  /** What its random streams are named after. Default: layer. */
  readonly name?: string;
}

export interface ProgrammingOptions {
  /** How far what is read may lie from the wanted weight, as a share of the range. Default: 0.01. */
  readonly tolerance?: number;
  /** Pulses that a device gets at the most. Default: 1000. */
  readonly maxPulses?: number;
  /** Strength of a pulse. Default: 1, or as much as moves a device by the tolerance, if that is less. */
  readonly strength?: number;
  /** Sd (normal) of what a device has drifted by when it is next read, as a share of its own range: what verification cannot see. Default: 0. */
  readonly noise?: number;
}

/** What programming came to. */
export interface LayerProgrammed extends Programmed {
  /** Share of the weights that lay outside the range. */
  readonly clipped: number;
}

/**
 * A matrix of memristors that multiplies: y = Wᵀ x forwards, e = W d backwards, ΔW = rate x dᵀ by pulses. Weights are
 *   W = scale (w − reference),   w what the devices show,   reference the middle of their range (0 for pairs read differentially),
 * so that every device model, with every flaw, serves; without periphery and with ideal devices it is plain linear algebra.
 * Times are ms: what fades with time does so by `now`, which the caller moves on.
 */
export class CrossbarLayer implements Stateful {
  readonly rows: number;
  readonly columns: number;
  readonly scale: number;
  readonly devices: Devices;
  /** Mean change of a weight by a full pulse in the middle of the range. */
  readonly step: number;
  readonly #name: string;
  readonly #seed: Seed;
  readonly #arena: Arena;
  readonly #reach: DeviceFactory['reach'];
  readonly #reference: number;
  readonly #input: InputCoding;
  readonly #output: Converter;
  readonly #back: Converter;
  readonly #updater: Updater;
  readonly #periphery: SettledPeriphery;
  readonly #sides: Sides | null;
  /** Weights as lines leave them; those of the devices where there are no lines. */
  readonly #seen: Float64Array;
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  readonly #e: Float64Array;
  /** Time; updates since lines were solved for, Infinity: they were not yet; programmings. */
  readonly #counts = Float64Array.of(0, Infinity, 0);

  constructor(o: CrossbarLayerOptions) {
    const { rows, columns, device, scale = 1, weights, centred = true, seed = 1, name = 'layer', ...periphery } = o;
    for (const [key, size] of [['rows', rows] as const, ['columns', columns] as const]) {
      if (!(Number.isInteger(size) && size >= 1 && size <= 65536))
        throw new UserError(`${name}: ${key} is ${show(size)}, but must be an integer from 1 to 65536.`);
    }
    if (!(Number.isFinite(scale) && scale > 0))
      throw new UserError(`${name}: scale is ${show(scale)}, but must be a number > 0.`);
    this.#periphery = validate(peripheryParams, periphery, name);
    this.rows = rows;
    this.columns = columns;
    this.scale = scale;
    this.#name = name;
    this.#seed = seed;
    this.#reach = device.reach;
    this.#reference = (this.#reach.low + this.#reach.high) / 2;
    const arena = new Arena();
    this.#arena = arena;
    const initial = arena.f64(rows * columns);
    initial.set(weights === undefined ? initial.fill(this.#reference) : this.#ofDevices(weights).wanted);
    const edges = denseEdges(rows, columns, initial);
    this.devices = device.create({ arena, seed, name, edges, transpose: null, drawn: true, centred });
    this.step = meanStep(device, centred) * scale;
    const { input, output, lines, nonlinearity, update } = this.#periphery;
    const cell = cellCurrent(nonlinearity);
    this.#input = new InputCoding(input, cell);
    this.#output = new Converter(columns, output);
    this.#back = new Converter(rows, output && { energy: output.energy, calibrated: false });
    const resistive = lines !== undefined && lines.word + lines.bit > 0;
    this.#sides = resistive ? new Sides(this.devices, this.#electrical('lines'), lines, cell) : null;
    if (!cell.ohmic) this.#electrical('nonlinearity');
    [this.#x, this.#y, this.#e] = [arena.f64(rows), arena.f64(columns), arena.f64(rows)];
    this.#seen = this.#sides ? arena.f64(rows * columns) : (this.devices.edges.weights as Float64Array);
    const settled = validate(peripheryParams.shape.update, update ?? {}, name)!;
    const trace = arena.f64(columns);
    this.#updater = new Updater(this.devices, settled, this.step / scale, trace, seed, name);
  }

  /** y = Wᵀ x as the crossbar gives it. @throws UserError for shapes that do not fit and inputs that are no numbers */
  forward(x: ArrayLike<number>, y: Float64Array): Float64Array {
    this.#fits(x, this.rows, 'inputs');
    this.#fits(y, this.columns, 'outputs');
    this.#raw(x, y);
    this.#output.convert(y);
    for (let j = 0; j < y.length; j++) y[j]! *= this.scale;
    return y;
  }

  /** e = W d: bit lines are driven, word lines read; what lines take is the same both ways. */
  backward(d: ArrayLike<number>, e: Float64Array): Float64Array {
    this.#fits(d, this.columns, 'errors');
    this.#fits(e, this.rows, 'outputs');
    const { rows, columns } = this;
    let sum = 0;
    let size = 0;
    for (let j = 0; j < columns; j++) {
      this.#y[j] = d[j]!;
      sum += d[j]!;
      size += Math.abs(d[j]!);
    }
    for (let i = 0; i < rows; i++) this.devices.read(i, this.now, size / columns);
    this.#look();
    this.#arena.kernels.multiply(this.#seen, columns, 1, this.#y, this.#e, rows, columns, 1);
    for (let i = 0; i < rows; i++) e[i] = this.#e[i]! - this.#reference * sum;
    this.#checked(e, 'errors');
    this.#back.convert(e);
    for (let i = 0; i < rows; i++) e[i]! *= this.scale;
    return e;
  }

  /** Pulses for ΔW = rate x dᵀ. */
  outer(x: ArrayLike<number>, d: ArrayLike<number>, rate: number): void {
    this.#fits(x, this.rows, 'inputs');
    this.#fits(d, this.columns, 'errors');
    let sum = rate;
    for (let j = 0; j < this.columns; j++) sum += d[j]!;
    if (!Number.isFinite(sum)) throw this.#notFinite('errors');
    this.#counts[1]!++;
    this.#updater.outer(x, d, rate / this.scale, this.now);
  }

  /** Pulses for ΔW = rate × wanted, row by row. */
  update(wanted: ArrayLike<number>, rate = 1): void {
    this.#fits(wanted, this.rows * this.columns, 'changes');
    this.#counts[1]!++;
    this.#updater.matrix(wanted, rate / this.scale, this.now);
  }

  /** Writes weights by pulses, each after a look (write and verify). */
  program(weights: ArrayLike<number>, o: ProgrammingOptions = {}): LayerProgrammed {
    const { tolerance = 0.01, maxPulses = 1000, noise = 0 } = o;
    const { wanted, clipped } = this.#ofDevices(weights);
    const { low, high } = this.#reach;
    const width = high - low;
    const strength = o.strength ?? Math.min(1, (tolerance * width * this.scale) / this.step);
    const random = new CounterRandom(this.#seed, `${this.#name}/programming${this.#counts[2]!++}`);
    const sd = noise * width * (this.devices.sides ? Math.SQRT1_2 : 1); // of a pair: of two devices with half of it each
    if (noise > 0)
      for (let k = 0; k < wanted.length; k++)
        wanted[k] = Math.min(Math.max(wanted[k]! + sd * random.normal(k, 0), low), high);
    this.#counts[1] = Infinity;
    const done = writeAndVerify(this.devices, wanted, { tolerance, maxPulses, strength }, width, this.now);
    return { ...done, clipped };
  }

  /**
   * Sets ranges of input and output that are not given to the largest of these inputs and what they lead to, and the gain of each
   * column, if `calibrated`, to the one that brings its outputs nearest to those of the weights without lines and converters.
   */
  calibrate(inputs: readonly ArrayLike<number>[]): void {
    this.#input.calibrate(inputs);
    const weights = this.weights;
    const pairs = inputs.map((x) => {
      const ideal = new Float64Array(this.columns);
      for (let i = 0; i < this.rows; i++)
        for (let j = 0; j < this.columns; j++) ideal[j]! += (x[i]! * weights[i * this.columns + j]!) / this.scale;
      return { ideal, raw: this.#raw(x, new Float64Array(this.columns)) };
    });
    this.#output.calibrate(pairs);
  }

  get now(): number {
    return this.#counts[0]!;
  }

  set now(t: number) {
    this.#counts[0] = t;
  }

  /** All that changes, as live arrays: a layer of the same description that takes them goes on in the same bits. */
  get state(): State {
    const parts = {
      devices: this.devices,
      input: this.#input,
      output: this.#output,
      back: this.#back,
      lines: this.#sides,
    };
    const all = Object.entries(parts).flatMap(([part, of]) =>
      Object.entries(of?.state ?? {}).map(([key, array]) => [`${part}.${key}`, array] as const),
    );
    const seen = this.#sides && { seen: this.#seen };
    return { counts: this.#counts, slots: this.#updater.slots, ...seen, ...Object.fromEntries(all) };
  }

  restored(): void {
    this.devices.restored?.();
  }

  /** As stored, without noise of reading and lines. */
  get weights(): Float64Array {
    return Float64Array.from(
      { length: this.rows * this.columns },
      (_, k) => this.scale * (this.devices.weight(k, this.now) - this.#reference),
    );
  }

  /** Smallest and largest weight that devices can hold, without spread. */
  get range(): readonly [number, number] {
    return [this.scale * (this.#reach.low - this.#reference), this.scale * (this.#reach.high - this.#reference)];
  }

  /** Range of the devices in S and their read pulse; null where they have no conductance. */
  get electrical(): DeviceFactory['reach']['electrical'] {
    return this.#reach.electrical;
  }

  /** Of the devices, and J of the converters. */
  get accounts(): { readonly devices: DeviceUsage; readonly converters: number } {
    return { devices: this.devices.usage, converters: this.#output.joules + this.#back.joules };
  }

  /** Currents in weights of the devices times inputs, less those of the reference, before conversion. */
  #raw(x: ArrayLike<number>, y: Float64Array): Float64Array {
    const { rows, columns } = this;
    const input = this.#input;
    y.fill(0);
    for (let phase = 0, phases = input.begin(x, rows, this.#phased); phase < phases; phase++) {
      const factor = input.phase(phase, this.#x);
      let sum = 0;
      for (let i = 0; i < rows; i++) {
        const v = this.#x[i]!;
        sum += v;
        if (v !== 0) this.devices.read(i, this.now, input.energy(v));
      }
      if (this.#sides && !input.cell.ohmic) this.#sides.currents(this.#x, this.#y, this.now);
      else {
        this.#look();
        sum = input.bend(this.#x, sum);
        this.#arena.kernels.multiply(this.#x, rows, 1, this.#seen, this.#y, 1, rows, columns);
      }
      for (let j = 0; j < columns; j++) y[j]! += factor * (this.#y[j]! - this.#reference * sum);
    }
    return this.#checked(y, 'inputs');
  }

  /** Whether the pulses of an input have to be taken one by one. */
  get #phased(): boolean {
    return !this.devices.isSteady || (this.#sides !== null && !this.#input.cell.ohmic);
  }

  #look(): void {
    if (this.#sides === null) return;
    const { every } = this.#periphery.lines!;
    const fresh = this.#counts[1]! < every;
    if (!fresh) {
      this.#sides.solve(this.now);
      this.#counts[1] = 0;
    }
    if (!(fresh && this.devices.isSteady)) this.#sides.show(this.#seen);
  }

  #electrical(what: string): NonNullable<DeviceFactory['reach']['electrical']> {
    const { electrical } = this.#reach;
    if (electrical === null)
      throw new UserError(`${this.#name}: ${what} needs devices that have a conductance, which ideal ones have not.`);
    return electrical;
  }

  #ofDevices(weights: ArrayLike<number>): { wanted: Float64Array; clipped: number } {
    this.#fits(weights, this.rows * this.columns, 'weights');
    const { low, high } = this.#reach;
    let outside = 0;
    const wanted = Float64Array.from({ length: weights.length }, (_, k) => {
      const w = weights[k]! / this.scale + this.#reference;
      if (!Number.isFinite(w))
        throw new UserError(`${this.#name}: weight ${k} is ${show(weights[k])}, but must be a finite number.`);
      const slack = 1e-9 * (high - low);
      if (w < low - slack || w > high + slack) outside++;
      return Math.min(Math.max(w, low), high);
    });
    return { wanted, clipped: outside / weights.length };
  }

  #fits(values: ArrayLike<number>, expected: number, what: string): void {
    if (values.length !== expected)
      throw new UserError(
        `${this.#name}: ${values.length} ${what} were given, but a layer of ${this.rows} × ${this.columns} takes ${expected}.`,
      );
  }

  #checked(values: Float64Array, of: string): Float64Array {
    if (!Number.isFinite(values[0]!)) throw this.#notFinite(of);
    return values;
  }

  #notFinite(what: string): UserError {
    return new UserError(`${this.#name}: ${what} hold NaN or an infinite number, but must be finite.`);
  }
}
