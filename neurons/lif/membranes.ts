import { createElementParameter, ElementParameter, POSITIVE_RANGE } from '../../core/declare/elementParameter.ts';
import { UserError } from '../../core/declare/errors.ts';
import type { ModelContext } from '../../core/factories.ts';
import { snap } from '../../core/time.ts';
import { currentOf } from '../parts/current.ts';
import { checkLevel, checkRest } from '../parts/rest.ts';
import type { Steps } from '../parts/steps.ts';
import { type LifParams, TIME_CONSTANT } from './params.ts';

/** Potential (mV) that a current of so many pA leads to. */
type Level = (pA: number, tau: number, capacitance: number) => number;

/** The membranes of a population of LIF neurons: what each is like, and the potential that it tends to by now. */
export class Membranes {
  readonly tau: ElementParameter;
  readonly capacitance: ElementParameter;
  readonly threshold: ElementParameter;
  readonly reset: ElementParameter;
  /** ms, on the time grid. */
  readonly refractory: ElementParameter;
  readonly current: ElementParameter;
  /** What the current alone leads to by now, and reset above it. */
  readonly vInf: ElementParameter;
  readonly floor: ElementParameter;
  /** What the last change of the current took from `vInf`. */
  readonly fall: ElementParameter;
  /** Changes of the current; null where it is constant. */
  readonly changes: Steps | null;
  readonly #level: Level;
  readonly #n: number;

  constructor(p: LifParams, context: ModelContext, level: Level) {
    const { arena, name } = context;
    const n = (this.#n = p.size);
    this.#level = level;
    const { each: current, changes } = currentOf(p.current, n, context);
    this.changes = changes;
    this.current = current;
    if (this.changes && p.precision === 'f32')
      throw new UserError(`${name}.precision is "f32", but a current that changes needs "f64" to stay exact.`);
    this.tau = createElementParameter(p.tau, n, 'tau', context, POSITIVE_RANGE);
    this.capacitance = createElementParameter(p.capacitance, n, 'capacitance', context, POSITIVE_RANGE);
    this.threshold = createElementParameter(p.threshold, n, 'threshold', context);
    this.reset = createElementParameter(p.reset, n, 'reset', context);
    this.refractory = createElementParameter(p.refractory, n, 'refractory', context, { min: 0 });
    this.refractory.values.forEach((ms, j, all) => {
      all[j] = snap(ms);
    });
    const parts = [this.current, this.tau, this.capacitance];
    this.vInf = ElementParameter.of(n, parts, (j) => this.levelOf(this.current.at(j), j), arena);
    this.fall = ElementParameter.of(n, parts, () => 0, arena);
    this.floor = ElementParameter.of(n, [this.reset, this.vInf], (j) => this.reset.at(j) - this.vInf.at(j), arena);
    this.#check(p, name);
  }

  /** When the current changes next. */
  get change(): number {
    return this.changes?.next ?? Infinity;
  }

  /** Whether all membranes decay alike, and take currents alike. */
  get alike(): boolean {
    return this.tau.shared && this.capacitance.shared;
  }

  /** Whether any neuron is refractory after its spikes. */
  get anyRefractory(): boolean {
    return this.refractory.values.some((ms) => ms > 0);
  }

  /** What a current leads a neuron to, mV. */
  levelOf(pA: number, neuron: number): number {
    return this.#level(pA, this.tau.at(neuron), this.capacitance.at(neuron));
  }

  /** The highest potential that the current alone ever leads a neuron to. */
  highest(neuron: number): number {
    if (!this.changes) return this.vInf.at(neuron);
    return this.levelOf(Math.max(...this.changes.values), neuron);
  }

  /** Whether the current alone ever makes a neuron fire, with thresholds that may go down to some minimum or scatter. */
  drives({ homeostasis, thresholdNoise }: LifParams): boolean {
    const least = homeostasis?.minimum ?? Infinity;
    for (let j = 0; j < this.#n; j++) {
      const highest = this.highest(j);
      if (thresholdNoise ? highest > this.reset.at(j) : highest >= Math.min(this.threshold.at(j), least)) return true;
    }
    return false;
  }

  /** Makes the change of the current that is due. */
  makeChange(): void {
    this.changes!.take();
    this.fall.set((j) => this.vInf.at(j));
    this.restored();
    this.fall.values.forEach((before, j, all) => {
      all[j] = before - this.vInf.at(j);
    });
  }

  /** After state was loaded. */
  restored(): void {
    if (!this.changes) return;
    this.changes.restored();
    this.current.values[0] = this.changes.value;
    this.vInf.set((j) => this.levelOf(this.current.at(j), j));
    this.floor.set((j) => this.reset.at(j) - this.vInf.at(j));
  }

  /** A neuron that rests or is reset at or above its threshold would fire for ever. */
  #check({ homeostasis, synapse }: LifParams, name: string): void {
    const short = synapse === 'delta' ? -1 : this.tau.values.findIndex((ms) => ms < TIME_CONSTANT.min);
    if (short >= 0)
      throw new UserError(
        `${this.tau.path(`${name}.tau`, short)} is ${this.tau.at(short)} ms, but with synapse "${synapse}" it must be at least ${TIME_CONSTANT.min} ms.`,
      );
    const { threshold, reset, vInf } = this;
    for (let j = 0; j < (vInf.shared ? 1 : this.#n); j++)
      for (const pA of this.changes?.values ?? [this.current.at(j)])
        checkLevel(pA, this.levelOf(pA, j), this.current.path(`${name}.current`, j));
    const n = threshold.shared && this.floor.shared ? 1 : this.#n;
    for (let j = 0; j < n; j++) {
      const [bar, low] = [threshold.at(j), reset.at(j)];
      checkRest(bar, vInf.at(j), threshold.path(`${name}.threshold`, j));
      if (!(low < bar))
        throw new UserError(
          `${reset.path(`${name}.reset`, j)} is ${low}, but must lie below the threshold of ${bar} mV${threshold.shared || !reset.shared ? '' : ` of neuron ${j}`}.`,
        );
      if (homeostasis && !(low < homeostasis.minimum))
        throw new UserError(
          `${name}.homeostasis.minimum is ${homeostasis.minimum}, but must lie above the reset of ${low} mV.`,
        );
    }
  }
}
