import type * as z from 'zod/mini';
import { UserError } from '../../../core/declare/errors.ts';
import { validate } from '../../../core/declare/validate.ts';
import { expm1 } from '../../../core/elementary.ts';
import type { Synapses } from '../../../core/graph/projection.ts';
import { exp } from '../../../core/math.ts';
import { snap } from '../../../core/time.ts';
import { buildNetwork } from '../../network/build.ts';
import { networkSchema } from '../../network/schema.ts';
import { STIMULUS_READERS } from '../../network/stimuli/recording.ts';
import { computeLoss, lossSchema } from './loss.ts';
import { connectUnits, createInputUnit, createNeuronUnits, listExactTimes, type Spike, type Unit } from './units.ts';

type Loss = z.output<typeof lossSchema>;

/** Loss of a network, its gradients and the spikes of the forward pass. */
export interface NetworkGradients {
  readonly loss: number;
  /** Value of each output neuron from which the loss is computed: spike time, ms; potential, mV; or its integral, mV ms. */
  readonly outputValues: Float64Array;
  /** Synapses of each projection by name, as from `Projection.synapses`, with derivatives of the loss by weight and delay (per ms). */
  readonly projections: Readonly<
    Record<string, Synapses & { weightGradient: Float64Array; delayGradient: Float64Array }>
  >;
  /** Spikes of each population by name, ascending by time, ms, with the gradient of the loss by the time of each spike of a stimulus. */
  readonly spikes: Readonly<Record<string, { neurons: Uint32Array; times: Float64Array; timeGradient: Float64Array }>>;
}

interface NetworkEvent {
  /** Time in the forward pass of the engine, ms. */
  readonly loggedTime: number;
  /** Order of events at equal times: crossings, ends of refractoriness, arrivals. */
  readonly kind: 'spike' | 'release' | 'arrival';
  readonly spike: Spike;
  readonly synapse: Unit['targets'][number] | null;
  readonly unit: Unit;
}

const KIND_ORDER = { spike: 0, release: 1, arrival: 2 } as const;

/**
 * Loss of a network of LIF neurons with exponential currents, and its exact gradients with respect to weights, delays and input times
 * (EventProp: Wunderlich & Pehle 2021, doi:10.1038/s41598-021-91786-z; delays: Mészáros et al. 2025, doi:10.1038/s41467-025-65394-8). The
 * engine runs the forward pass; the adjoint runs back through the same events. Spike times are refined from one tick (2^-26 ms) to float64.
 *
 * @param network contents of a network file: neurons `lif` with `synapse: exponential`, stimuli with given spikes
 * @param loss `population`; `measure` of its neurons: firstSpike, integral (weight e^(-t/`decay`)), mean or maximum of the potential;
 * `reduction`: crossEntropy or relativeError (with `label`), or sum (with `coefficients`); `temperature`, `lateness`, `latenessTau`, `margin`
 * @throws UserError for parts of the network that have no adjoint here
 */
export function gradients(network: unknown, loss: unknown): NetworkGradients {
  const description = validate(networkSchema, network, 'network');
  const l = validate(lossSchema, loss, 'loss');
  const net = buildNetwork(description, STIMULUS_READERS);
  const units = new Map<string, Unit[]>();
  for (const [name, population] of net.populations) {
    const create =
      population.kind === 'stimulus' ? createInputUnit : createNeuronUnits(description.populations[name]!, name, net);
    units.set(
      name,
      Array.from({ length: population.size }, (_, j) => create(j)),
    );
  }
  const outputs = units.get(l.population);
  if (!outputs || outputs[0]!.neuron === null)
    throw new UserError(`loss.population must be a population of neurons of the network (got "${l.population}").`);
  const projections = connectUnits(net, description, units);
  const populations = [...net.populations.values()];
  const table = net.recordSpikes(populations);
  net.run(description.duration);
  const end = snap(description.duration);
  const logged = new Map(populations.map(({ name }) => [name, table.of(name)]));
  const spikes = new Map<string, Spike[]>();
  const events: NetworkEvent[] = [];
  for (const [name, { times, neurons }] of logged) {
    const exact = listExactTimes(description, name);
    const found = Array.from(times, (time, k): Spike => {
      const unit = units.get(name)![neurons[k]!]!;
      const spike = { unit, time: exact?.[neurons[k]!]?.shift() ?? time, current: 0, releaseCurrent: 0, gradient: 0 };
      listEvents(spike, time, end, events);
      return spike;
    });
    spikes.set(name, found);
  }
  events.sort((a, b) => a.loggedTime - b.loggedTime || KIND_ORDER[a.kind] - KIND_ORDER[b.kind]);
  for (const { neuron } of outputs) neuron!.sourceTau = l.measure === 'integral' ? l.decay : Infinity;
  runForward(events, units, end);
  const outputValues = Float64Array.from(outputs, (unit) => measure(unit, l, end));
  const derivatives = new Float64Array(outputs.length);
  const value = computeLoss(l, outputValues, derivatives);
  for (const [o, unit] of outputs.entries()) setLossGradient(unit, l, derivatives[o]!, end);
  runBackward(events);
  const listSpikes = (name: string) => ({
    neurons: logged.get(name)!.neurons,
    times: Float64Array.from(spikes.get(name)!, ({ time }) => time),
    timeGradient: Float64Array.from(spikes.get(name)!, ({ gradient }) => gradient),
  });
  return {
    loss: value,
    outputValues,
    projections,
    spikes: Object.fromEntries(populations.map(({ name }) => [name, listSpikes(name)])),
  };
}

function listEvents(spike: Spike, time: number, end: number, events: NetworkEvent[]) {
  const { unit } = spike;
  if (unit.neuron) {
    events.push({ loggedTime: time, kind: 'spike', spike, synapse: null, unit });
    const release = time + snap(unit.neuron.parameters.refractory);
    if (release > time && release <= end)
      events.push({ loggedTime: release, kind: 'release', spike, synapse: null, unit });
  }
  for (const synapse of unit.targets) {
    const loggedTime = time + snap(synapse.synapses.delay[synapse.index]!);
    if (loggedTime <= end && synapse.target.neuron)
      events.push({ loggedTime, kind: 'arrival', spike, synapse, unit: synapse.target });
  }
}

function runForward(events: readonly NetworkEvent[], units: Map<string, Unit[]>, end: number) {
  for (const event of events) {
    const { kind, spike, synapse, unit } = event;
    const neuron = unit.neuron!;
    const { reset, refractory } = neuron.parameters;
    if (synapse) {
      const { synapses, index } = synapse;
      neuron.advance(spike.time + synapses.delay[index]!, event);
      neuron.current += unit.resistance * synapses.weight[index]!;
    } else if (kind === 'spike') {
      spike.time = neuron.refineSpike(event.loggedTime);
      neuron.advance(spike.time);
      spike.current = neuron.current;
      unit.firstSpike ??= spike;
      neuron.potential = reset;
      neuron.isHeld = refractory > 0;
    } else {
      neuron.advance(spike.time + refractory);
      spike.releaseCurrent = neuron.current;
      neuron.isHeld = false;
    }
  }
  for (const { neuron } of [...units.values()].flat()) neuron?.advance(end);
}

function measure({ neuron, firstSpike, steadyPotential }: Unit, l: Loss, end: number): number {
  if (l.measure === 'firstSpike') return firstSpike?.time ?? Infinity;
  if (l.measure === 'maximum') return neuron!.peak.value + steadyPotential;
  const weight = neuron!.sourceTau === Infinity ? end : -neuron!.sourceTau * expm1(-end / neuron!.sourceTau);
  return (neuron!.integral + steadyPotential * weight) / (l.measure === 'mean' ? end : 1);
}

function setLossGradient({ neuron, firstSpike }: Unit, l: Loss, derivative: number, end: number) {
  if (l.measure === 'firstSpike') {
    if (firstSpike) firstSpike.gradient += derivative;
  } else if (l.measure !== 'maximum') neuron!.sourceGain = derivative / (l.measure === 'mean' ? end : 1);
  else if (firstSpike === null) neuron!.peakGain = derivative; // the maximum of a neuron that spikes is its threshold
}

function runBackward(events: readonly NetworkEvent[]) {
  for (const event of [...events].reverse()) {
    const { kind, spike, synapse, unit } = event;
    const neuron = unit.neuron!;
    const { threshold, reset, refractory, tauS } = neuron.parameters;
    if (synapse) {
      const { synapses, index } = synapse;
      neuron.integrateBackward(spike.time + synapses.delay[index]!);
      synapses.weightGradient[index]! -= tauS * neuron.adjointI * unit.resistance;
      let u = unit.resistance * synapses.weight[index]! * (neuron.adjointV - neuron.adjointI);
      if (neuron.peakGain !== 0 && neuron.peak.arrival === event) u += neuron.passPeak();
      synapses.delayGradient[index]! += u;
      spike.gradient += u;
    } else if (kind === 'spike') {
      neuron.integrateBackward(spike.time);
      const gradient = spike.gradient + neuron.sourceGain * exp(-spike.time / neuron.sourceTau) * (threshold - reset);
      neuron.adjointV = ((spike.current - reset) * neuron.adjointV + gradient) / (spike.current - threshold);
      neuron.isHeld = false;
    } else {
      neuron.integrateBackward(spike.time + refractory);
      spike.gradient += (spike.releaseCurrent - reset) * neuron.adjointV;
      neuron.adjointV = 0;
      neuron.isHeld = true;
    }
  }
}
