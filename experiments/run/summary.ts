import type { Population } from '../../core/graph/population.ts';
import type { Projection } from '../../core/graph/projection.ts';
import type { Network } from '../../core/network.ts';
import type { DeviceUsage } from '../../core/usage.ts';
import { energyOf } from '../devices/energy/account.ts';

const count = (n: number): string => n.toLocaleString('en');

function listProgrammingWarnings({ name, devices, edges }: Projection): string[] {
  const missed = devices?.usage.programming?.missed ?? 0;
  if (missed === 0) return [];
  return [
    `${count(missed)} of ${count(edges.count)} synapses of ${name} did not reach the tolerance around their initial weights.`,
  ];
}

const listWriteWarnings = ({ name, devices, rule }: Projection): string[] =>
  devices === null || rule === null ? [] : describeOneSidedWrites(name, devices.usage);

/** Warnings on plastic devices that were never written, or only in one direction. @param name projection or layer of the devices */
export function describeOneSidedWrites(name: string, { writesUp, writesDown, programming }: DeviceUsage): string[] {
  if (programming !== null && programming.pulses === writesUp + writesDown)
    return [`The devices of ${name} were written by programming only: the rule sent no pulses.`];
  if (writesUp === 0 && writesDown === 0)
    return [`The devices of ${name} were never written: the rule sent no pulses.`];
  if (writesDown === 0)
    return [`The devices of ${name} never went down: all their ${count(writesUp)} pulses were upwards.`];
  if (writesUp === 0)
    return [`The devices of ${name} never went up: all their ${count(writesDown)} pulses were downwards.`];
  return [];
}

function listSelectionWarnings({ name, devices }: Projection): string[] {
  const { halfSelected = 0, disturbance = 0 } = devices?.usage ?? {};
  if (halfSelected === 0 || disturbance === 0) return [];
  const percent = (100 * disturbance).toPrecision(2);
  return [
    `The devices of ${name} keep their states while half-selected, though one write would move them by up to ${percent} % of their range: \`device.selection\` counts energy only, so results are optimistic.`,
  ];
}

function listWindowWarnings({ name, source, edges: { blocks, rows } }: Projection): string[] {
  if (!blocks) return [];
  let out = 0;
  for (let row = 0; row < rows; row++) if (blocks.starts[row] === blocks.starts[row + 1]) out++;
  if (out === 0) return [];
  return [`The windows of ${name} leave out ${count(out)} of the ${count(rows)} neurons of ${source.name}.`];
}

/** Lists probable mistakes in a run, one sentence each: silent populations, devices without writes or with writes in one direction only. */
export function listWarnings(net: Network): string[] {
  if (net.now === 0) return [];
  const silent = [...net.populations.values()].filter(({ spikes }) => spikes === 0);
  return [
    ...[...net.populations.values()].flatMap((p) => (p.kind === 'neurons' && p.model.remarks) || []),
    ...silent.map(({ name }) => `Population ${name} never fired.`),
    ...[...net.projections.values()].flatMap((p) => [
      ...listWindowWarnings(p),
      ...listProgrammingWarnings(p),
      ...listWriteWarnings(p),
      ...listSelectionWarnings(p),
    ]),
  ];
}

/** Summary of a network for `run.json`: event counts, mean rate of each population per neuron (Hz), energy and warnings. */
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
    populations: Object.fromEntries(populations.map((p) => [p.name, { spikes: p.spikes, rate: rateOf(p) }])),
    energy: energyOf(net),
    warnings: listWarnings(net),
  };
}
