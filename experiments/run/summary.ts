import { UserError } from '../../core/declare/errors.ts';
import { getWeight } from '../../core/graph/edges.ts';
import type { Population } from '../../core/graph/population.ts';
import type { Projection } from '../../core/graph/projection.ts';
import type { Network } from '../../core/network.ts';
import type { DeviceUsage } from '../../core/usage.ts';
import { computeNetworkEnergy } from '../devices/energy/account.ts';

function describeNonFinite(what: string, count: number, value: (k: number) => number): string | undefined {
  let badCount = 0;
  let first = 0;
  for (let k = count - 1; k >= 0; k--) {
    if (Number.isFinite(value(k))) continue;
    badCount++;
    first = k;
  }
  if (badCount === 0) return undefined;
  return `${formatCount(badCount)} of the ${formatCount(count)} ${what} (number ${first} is ${value(first)})`;
}

function* listProjectionFaults({ name, edges, devices }: Projection, now: number): Generator<string | undefined> {
  const path = `projections.${name}`;
  yield describeNonFinite(`weights of ${path}`, edges.count, (k) => devices?.weight(k, now) ?? getWeight(edges, k));
  if (devices === null || edges.count === 0 || Number.isNaN(devices.conductance(0, now))) return;
  const { energy } = devices.usage;
  for (const part of ['read', 'write', 'halfSelected'] as const) {
    if (!Number.isFinite(energy[part])) yield `the ${part} energy of ${path}, ${energy[part]} J`;
  }
}

/** Lists non-finite weights, potentials and energies of a network, as part of a sentence; null if all are finite. */
export function findNonFiniteValues(net: Network): string | null {
  const faults: (string | undefined)[] = [];
  for (const projection of net.projections.values()) faults.push(...listProjectionFaults(projection, net.now));
  for (const population of net.populations.values())
    if (population.kind === 'neurons') {
      const { name, size, model } = population;
      faults.push(describeNonFinite(`potentials of populations.${name}`, size, (j) => model.potential(j, net.now)));
    }
  return faults.filter((fault) => fault !== undefined).join('; ') || null;
}

export function requireFiniteValues(found: string | null, out: string) {
  if (found === null) return;
  throw new UserError(`the results in ${out} are complete, but these values are not finite: ${found}.`);
}

const formatCount = (n: number) => n.toLocaleString('en');

/** Lists warnings about plastic devices that were never written, or were written in one direction only. @param name projection or layer */
export function describeOneSidedWrites(name: string, { writesUp, writesDown, programming }: DeviceUsage): string[] {
  let text = '';
  if (programming?.pulses === writesUp + writesDown) text = 'were written by programming only: the rule sent no pulses';
  else if (writesUp === 0 && writesDown === 0) text = 'were never written: no pulses reached them';
  else if (writesDown === 0) text = `never went down: all their ${formatCount(writesUp)} pulses were upwards`;
  else if (writesUp === 0) text = `never went up: all their ${formatCount(writesDown)} pulses were downwards`;
  return text === '' ? [] : [`The devices of ${name} ${text}.`];
}

function* listProjectionWarnings({ name, devices, edges, rule, source }: Projection): Generator<string> {
  const { blocks, rows } = edges;
  let outside = 0;
  for (let row = 0; blocks && row < rows; row++) if (blocks.blockStarts[row] === blocks.blockStarts[row + 1]) outside++;
  if (outside > 0)
    yield `The windows of ${name} leave out ${formatCount(outside)} of the ${formatCount(rows)} neurons of ${source.name}.`;
  if (devices === null) return;
  const { programming } = devices.usage;
  if (programming?.missed)
    yield `${formatCount(programming.missed)} of ${formatCount(edges.count)} synapses of ${name} did not reach the tolerance around their initial weights.`;
  if (rule !== null) yield* describeOneSidedWrites(name, devices.usage);
}

export function listWarnings(net: Network): string[] {
  if (net.now === 0) return [];
  const silent = [...net.populations.values()].filter(
    (p) => p.spikes === 0 && !(p.kind === 'neurons' && p.model.neverFires),
  );
  return [
    ...[...net.populations.values()].flatMap((p) => (p.kind === 'neurons' && p.model.remarks) || []),
    ...silent.map(({ name }) => `Population ${name} never fired.`),
    ...[...net.projections.values()].flatMap((p) => [...listProjectionWarnings(p)]),
  ];
}

const describeAccuracy = (p: Population) =>
  p.kind === 'neurons' && p.model.integrationTolerance !== undefined
    ? { exact: false, tolerance: p.model.integrationTolerance }
    : {};

/** Summarises a simulation: duration in ms, event counts, firing rates in Hz, energies in J and warnings. */
export function summariseNetwork(net: Network) {
  const populations = [...net.populations.values()];
  const projections = [...net.projections.values()];
  const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
  const rateOf = ({ spikes, size }: Population) => (net.now > 0 ? spikes / size / (net.now / 1000) : 0);
  return {
    duration: net.now,
    kernels: net.arena.kernels.name,
    events: {
      spikes: sum(populations.map((p) => p.spikes)),
      synaptic: sum(projections.map((p) => p.synapticEvents)),
      writes: sum(projections.map((p) => p.devices?.writes ?? 0)),
    },
    populations: Object.fromEntries(
      populations.map((p) => [p.name, { spikes: p.spikes, rate: rateOf(p), ...describeAccuracy(p) }]),
    ),
    energy: computeNetworkEnergy(net),
    warnings: listWarnings(net),
  };
}
