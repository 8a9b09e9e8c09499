import { createElementParameter, ElementParameter, POSITIVE_RANGE } from '../../core/declare/elementParameter.ts';
import { UserError } from '../../core/declare/errors.ts';
import type { ModelContext } from '../../core/factories.ts';
import type { LinearNeurons } from '../../core/hooks.ts';
import { snap } from '../../core/time.ts';
import { type ChangingCurrent, createInputCurrent } from '../parts/current.ts';
import { checkSteadyPotential, checkThreshold } from '../parts/params.ts';
import { type LifParams, TIME_CONSTANT_RANGE } from './params.ts';

type CurrentToPotential = (pA: number, tau: number, capacitance: number) => number;

export class MembraneParameters {
  readonly tau: ElementParameter;
  readonly capacitance: ElementParameter;
  readonly threshold: ElementParameter;
  readonly reset: ElementParameter;
  readonly refractoryTime: ElementParameter;
  readonly current: ElementParameter;
  /** Steady potential under the present current, mV. */
  readonly vInf: ElementParameter;
  readonly resetOffset: ElementParameter;
  /** Decrease of `vInf` by the latest step of the input current, mV. */
  readonly vInfDrop: ElementParameter;
  readonly currentSteps: ChangingCurrent | null;
  readonly #toPotential;
  readonly #size;

  constructor(p: LifParams, context: ModelContext, level: CurrentToPotential) {
    const { arena, name } = context;
    const n = (this.#size = p.size);
    this.#toPotential = level;
    const { each: current, changes } = createInputCurrent(p.current, n, context);
    this.currentSteps = changes;
    this.current = current;
    if (this.currentSteps && p.precision === 'f32')
      throw new UserError(`${name}.precision "f32" is for a constant current: a current with steps requires "f64".`);
    this.tau = createElementParameter(p.tau, n, 'tau', context, POSITIVE_RANGE);
    this.capacitance = createElementParameter(p.capacitance, n, 'capacitance', context, POSITIVE_RANGE);
    this.threshold = createElementParameter(p.threshold, n, 'threshold', context);
    this.reset = createElementParameter(p.reset, n, 'reset', context);
    this.refractoryTime = createElementParameter(p.refractory, n, 'refractory', context, { min: 0 });
    this.refractoryTime.setAll((j) => snap(this.refractoryTime.getValue(j)));
    const parts = [this.current, this.tau, this.capacitance];
    this.vInf = ElementParameter.derive(
      n,
      parts,
      (j) => this.computeSteadyPotential(this.current.getValue(j), j),
      arena,
    );
    this.vInfDrop = ElementParameter.derive(n, parts, () => 0, arena);
    const resetOffset = (j: number) => this.reset.getValue(j) - this.vInf.getValue(j);
    this.resetOffset = ElementParameter.derive(n, [this.reset, this.vInf], resetOffset, arena);
    this.#checkPotentials(p, name);
  }

  get nextChange() {
    return this.currentSteps?.nextChange ?? Infinity;
  }

  get isUniform() {
    return this.tau.isShared && this.capacitance.isShared;
  }

  get hasRefractoriness() {
    return this.refractoryTime.values.some((ms) => ms > 0);
  }

  computeSteadyPotential(pA: number, neuron: number): number {
    return this.#toPotential(pA, this.tau.getValue(neuron), this.capacitance.getValue(neuron));
  }

  findMaxSteadyPotential(neuron: number): number {
    if (!this.currentSteps) return this.vInf.getValue(neuron);
    return this.computeSteadyPotential(this.currentSteps.findRange(neuron)[1], neuron);
  }

  /** True if the current alone can make a neuron fire at its lowest threshold (homeostasis, threshold noise). */
  canFireWithoutInput({ homeostasis, thresholdNoise }: LifParams): boolean {
    const least = homeostasis?.minimum ?? Infinity;
    for (let j = 0; j < this.#size; j++) {
      const highest = this.findMaxSteadyPotential(j);
      if (thresholdNoise ? highest > this.reset.getValue(j) : highest >= Math.min(this.threshold.getValue(j), least))
        return true;
    }
    return false;
  }

  /** Parameters for delivery in time windows, or the name of the model part that this delivery does not support. */
  describeLinearNeurons(p: LifParams, tauExc: number, tauInh: number): LinearNeurons | string {
    const { tau, capacitance, threshold, reset, refractoryTime: refractory, vInf: steadyPotential } = this;
    const parts = { tau, capacitance, threshold, reset, refractory, steadyPotential };
    for (const [key, part] of Object.entries(parts)) if (!part.isShared) return `unequal values of \`${key}\``;
    if (p.adaptive || p.homeostasis) return 'a changing threshold';
    if (this.currentSteps) return 'a `current` that changes';
    if (p.initialSynaptic) return '`initialSynaptic`';
    const value = (part: ElementParameter) => part.getValue(0);
    return {
      ...{ tau: value(tau), tauExc, tauInh, capacitance: value(capacitance), threshold: value(threshold) },
      ...{ reset: value(reset), refractory: value(refractory), steadyPotential: value(steadyPotential) },
    };
  }

  applyCurrentStep() {
    this.currentSteps!.applyNextStep();
    this.vInfDrop.setAll((j) => this.vInf.getValue(j));
    this.onCheckpointLoaded();
    this.vInfDrop.setAll((j) => this.vInfDrop.getValue(j) - this.vInf.getValue(j));
  }

  onCheckpointLoaded() {
    if (!this.currentSteps) return;
    this.currentSteps.onCheckpointLoaded();
    this.vInf.setAll((j) => this.computeSteadyPotential(this.current.getValue(j), j));
    this.resetOffset.setAll((j) => this.reset.getValue(j) - this.vInf.getValue(j));
  }

  #checkPotentials({ homeostasis, synapse }: LifParams, name: string) {
    const short = synapse === 'delta' ? -1 : this.tau.values.findIndex((ms) => ms < TIME_CONSTANT_RANGE.min);
    if (short >= 0)
      throw new UserError(
        `${this.tau.formatPath(`${name}.tau`, short)} is ${this.tau.getValue(short)} ms, but with synapse "${synapse}" it must be >= ${TIME_CONSTANT_RANGE.min} ms.`,
      );
    const { threshold, reset, vInf } = this;
    for (let j = 0; j < (vInf.isShared ? 1 : this.#size); j++)
      for (const pA of this.currentSteps?.findRange(j) ?? [this.current.getValue(j)])
        checkSteadyPotential(pA, this.computeSteadyPotential(pA, j), this.current.formatPath(`${name}.current`, j));
    const n = threshold.isShared && this.resetOffset.isShared ? 1 : this.#size;
    for (let j = 0; j < n; j++) {
      const [bar, low] = [threshold.getValue(j), reset.getValue(j)];
      checkThreshold(bar, vInf.getValue(j), threshold.formatPath(`${name}.threshold`, j));
      if (!(low < bar))
        throw new UserError(
          `${reset.formatPath(`${name}.reset`, j)} is ${low}, but must be < the threshold of ${bar} mV${threshold.isShared || !reset.isShared ? '' : ` of neuron ${j}`}.`,
        );
      if (homeostasis && !(low < homeostasis.minimum))
        throw new UserError(
          `${name}.homeostasis.minimum is ${homeostasis.minimum}, but must be > the reset of ${low} mV.`,
        );
    }
  }
}
