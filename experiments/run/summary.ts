import type { Projection } from '../../core/graph/projection.ts';
import type { Network } from '../../core/network.ts';
import type { DeviceUsage } from '../../core/usage.ts';
import { energyOf } from '../devices/energy/account.ts';

const count = (n: number): string => n.toLocaleString('en');

function ofProgramming({ name, devices, edges }: Projection): string[] {
  const missed = devices?.usage.programming?.missed ?? 0;
  if (missed === 0) return [];
  return [
    `${count(missed)} of ${count(edges.count)} synapses of ${name} did not come within the tolerance of their initial weights.`,
  ];
}

const ofDevices = ({ name, devices, rule }: Projection): string[] =>
  devices === null || rule === null ? [] : warningsOfWrites(name, devices.usage);

/** Warnings on devices that learn but were never written, or in one direction only. @param name of their projection or layer */
export function warningsOfWrites(name: string, { writesUp, writesDown, programming }: DeviceUsage): string[] {
  if (programming !== null && programming.pulses === writesUp + writesDown)
    return [`The devices of ${name} were written by programming only: the rule sent none of them a pulse.`];
  if (writesUp === 0 && writesDown === 0)
    return [`The devices of ${name} were never written: the rule sent none of them a pulse.`];
  if (writesDown === 0)
    return [`The devices of ${name} never went down: all their ${count(writesUp)} pulses were upwards.`];
  if (writesUp === 0)
    return [`The devices of ${name} never went up: all their ${count(writesDown)} pulses were downwards.`];
  return [];
}

/** Half-selected devices keep their states, whatever the voltage on them. */
function ofSelection({ name, devices }: Projection): string[] {
  const { halfSelected = 0, disturbance = 0 } = devices?.usage ?? {};
  if (halfSelected === 0 || disturbance === 0) return [];
  const percent = (100 * disturbance).toPrecision(2);
  return [
    `The devices of ${name} keep their states while half-selected, though one write would move them by up to ${percent} % of their range: device.selection books energy only, so results are optimistic.`,
  ];
}

/** Windows of a map need not reach all of it. */
function ofWindows({ name, source, edges: { blocks, rows } }: Projection): string[] {
  if (!blocks) return [];
  let out = 0;
  for (let row = 0; row < rows; row++) if (blocks.starts[row] === blocks.starts[row + 1]) out++;
  if (out === 0) return [];
  return [`The windows of ${name} leave out ${count(out)} of the ${count(rows)} neurons of ${source.name}.`];
}

/** What a run has done that is hardly meant, one sentence each: nothing fired, nothing learned, or in one direction only. */
export function warningsOf(net: Network): string[] {
  if (net.now === 0) return [];
  const silent = [...net.populations.values()].filter(({ spikes }) => spikes === 0);
  return [
    ...[...net.populations.values()].flatMap((p) => (p.kind === 'neurons' && p.model.remarks) || []),
    ...silent.map(({ name }) => `Population ${name} never fired.`),
    ...[...net.projections.values()].flatMap((p) => [
      ...ofWindows(p),
      ...ofProgramming(p),
      ...ofDevices(p),
      ...ofSelection(p),
    ]),
  ];
}

/** What happened in a network so far, as `run.json` tells it. Rates are in Hz, a neuron. */
export function summaryOf(net: Network) {
  const populations = [...net.populations.values()];
  const projections = [...net.projections.values()];
  const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
  return {
    duration: net.now,
    kernels: net.arena.kernels.name,
    events: {
      spikes: sum(populations.map((p) => p.spikes)),
      synaptic: sum(projections.map((p) => p.synapticEvents)),
      writes: sum(projections.map((p) => p.devices?.writes ?? 0)),
    },
    populations: Object.fromEntries(
      populations.map((p) => [
        p.name,
        { spikes: p.spikes, rate: net.now > 0 ? p.spikes / p.size / (net.now / 1000) : 0 },
      ]),
    ),
    energy: energyOf(net),
    warnings: warningsOf(net),
  };
}
