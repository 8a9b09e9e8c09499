import { exp } from '../../core/math.ts';
import { ExactResponse } from './exactResponse.ts';

/** Parameters of a neuron, with potentials relative to the steady potential, mV and ms. */
export interface AdjointNeuronParameters {
  readonly tauM: number;
  readonly tauS: number;
  readonly threshold: number;
  readonly reset: number;
  readonly refractory: number;
  readonly initial: number;
}

/** Maximum of a neuron's potential. `arrival`: arrival at which it lies, or null; `slope`: dV/dt before it, mV/ms. */
interface Peak {
  readonly value: number;
  readonly time: number;
  readonly slope: number;
  readonly arrival: object | null;
}

/**
 * LIF neuron with an exponential current, advanced exactly from event to event, and its adjoint, taken back between the same events
 * (Wunderlich & Pehle 2021, doi:10.1038/s41598-021-91786-z). With lV = -(1/tauM) dL/dV and lI = -(1/tauS) dL/dI, over y ms backwards:
 * lI = lI0 e^(-y/tauS) + lV0 r(y) tauM/tauS, lV = lV0 e^(-y/tauM), with the rise r of `ExactResponse`. A loss ∫ g e^(-t/θ) V dt adds
 * the particular solution P = -g e^(-t/θ)/(1 + tauM/θ) to lV and P/(1 + tauS/θ) to lI.
 */
export class AdjointNeuron {
  readonly parameters: AdjointNeuronParameters;
  readonly response: ExactResponse;
  /** Time to which the state is advanced, ms. */
  time = 0;
  potential: number;
  current = 0;
  /** True during refractoriness, in which V is held at reset. */
  isHeld = false;
  peak: Peak;
  /** Integral of V e^(-t/θ) relative to the steady potential, mV ms. */
  integral = 0;
  adjointV = 0;
  adjointI = 0;
  /** Gradient of the loss with respect to `integral`, the integral of V e^(-t/θ); θ is `sourceTau`, ms. */
  sourceGain = 0;
  sourceTau = Infinity;
  /** Loss gradient with respect to the peak; set to 0 once the adjoint has passed the peak. */
  peakGain = 0;

  constructor(parameters: AdjointNeuronParameters) {
    this.parameters = parameters;
    this.response = new ExactResponse(parameters.tauM, parameters.tauS);
    this.potential = parameters.initial;
    this.peak = { value: this.potential, time: 0, slope: 0, arrival: null };
  }

  /** Advances to t. @param arrival event at t, if it is an arrival */
  advance(t: number, arrival: object | null = null) {
    const { response, potential: v, current: c, peak } = this;
    const x = t - this.time;
    const { decayM, decayS, rise } = response.computeFactors(x);
    const laterCurrent = c * decayS;
    const later = this.isHeld ? v : v * decayM + c * rise;
    this.integral += this.#integrate(x, later, laterCurrent);
    if (!this.isHeld) {
      const inner = response.findMaximum(v, c);
      const value = inner < x ? response.computePotential(v, c, inner) : -Infinity;
      if (value > peak.value) this.peak = { value, time: this.time + inner, slope: 0, arrival: null };
      else if (later > peak.value)
        this.peak = { value: later, time: t, slope: (laterCurrent - later) / response.tauM, arrival };
    }
    this.time = t;
    this.potential = later;
    this.current = laterCurrent;
  }

  /** Integral of V e^(-t/θ) over the next x ms: (1/tauM + 1/θ) ∫ = V0 - V1 e^(-x/θ) + ∫ I/tauM e^(-t/θ). */
  #integrate(x: number, later: number, laterCurrent: number) {
    const { tauM, tauS } = this.response;
    const rate = 1 / this.sourceTau;
    const [scale, decay] = [exp(-this.time * rate), exp(-x * rate)];
    if (this.isHeld) return (scale * this.potential * (rate === 0 ? x : (1 - decay) / rate)) as number;
    const ofCurrent = (this.current - laterCurrent * decay) / (1 / tauS + rate);
    return (scale * (this.potential - later * decay + ofCurrent / tauM)) / (1 / tauM + rate);
  }

  /** Exact time of the threshold crossing near t, ms. */
  refineSpike(t: number): number {
    const { potential, current, time, response, parameters } = this;
    return time + response.refineCrossing(potential, current, parameters.threshold, t - time);
  }

  /** Integrates the adjoint variables backwards to t, through the peak of V unless the peak is at an arrival. */
  integrateBackward(t: number) {
    const { peak } = this;
    if (this.peakGain !== 0 && peak.arrival === null && peak.time >= t && peak.time <= this.time) {
      this.#retreatFreely(peak.time);
      this.passPeak();
    }
    this.#retreatFreely(t);
  }

  /** Applies the jump of the adjoint lV at the peak of V. Returns the gradient for an arrival time at the peak. */
  passPeak(): number {
    const gradient = this.peakGain * this.peak.slope;
    this.adjointV -= this.peakGain / this.response.tauM;
    this.peakGain = 0;
    return gradient;
  }

  #retreatFreely(t: number) {
    const { response } = this;
    const { tauM, tauS } = response;
    const y = this.time - t;
    const source = this.isHeld ? 0 : this.sourceGain;
    const [rateM, rateS] = [1 + tauM / this.sourceTau, 1 + tauS / this.sourceTau];
    const late = (-source * exp(-this.time / this.sourceTau)) / rateM;
    const early = (-source * exp(-t / this.sourceTau)) / rateM;
    const v = this.adjointV - late;
    const { decayM, decayS, rise } = response.computeFactors(y);
    this.adjointI = (this.adjointI - late / rateS) * decayS + (v * rise * tauM) / tauS + early / rateS;
    this.adjointV = v * decayM + early;
    this.time = t;
  }
}
