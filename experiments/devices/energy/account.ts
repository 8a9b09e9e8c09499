import type { Network } from '../../../core/network.ts';
import type { AssumedPulse, DeviceUsage } from '../../../core/usage.ts';
import {
  type AssumedPulses,
  describeAssumedPulses,
  describeEnergies,
  type EventEnergy,
  formatJoules,
} from '../../look/energyText.ts';
import { sum } from '../fit/lists.ts';

const COUNTS = ['devices', 'reads', 'writesUp', 'writesDown', 'skipped', 'halfSelected', 'stuck', 'wornOut'] as const;

type Programming = Record<'devices' | 'pulses' | 'missed', number> & { readonly energy: number | null };

/** Energies of the devices of a network, J (null if no device has a conductance), and event counts. */
export interface EnergyAccount {
  readonly read: number | null;
  readonly write: number | null;
  readonly halfSelected: number | null;
  /** Energy of all reads, writes and half-selected devices, divided by the number of spikes, J; null without spikes. */
  readonly perSpike: number | null;
  readonly perSynapticEvent: number | null;
  readonly counts: Readonly<Record<(typeof COUNTS)[number], number>>;
  /** Assumed voltage (V) and time (s) of write pulses; absent if the device files give both. */
  readonly assumed?: AssumedPulse;
  /** Assumed voltage (V) and time (s) of read pulses; absent if the device files give both. */
  readonly assumedRead?: AssumedPulse;
  readonly programming?: Programming;
  /** Comparison of the energies per event with brain and memory technologies; null if no energy is known. */
  readonly scale: string | null;
}

/** Mean energy per event, J; null if the energy is not known or there is no event. */
export const computeMeanEnergy = (joules: number | null, count: number): number | null =>
  joules === null || count === 0 ? null : joules / count;

export function sumDeviceEnergy(energy: Pick<EnergyAccount, 'read' | 'write' | 'halfSelected'>): number | null {
  const { read, write, halfSelected } = energy;
  return read === null ? null : read + write! + halfSelected!;
}

export function listEventEnergies(energy: Omit<EnergyAccount, 'scale'>): EventEnergy[] {
  const { reads, writesUp, writesDown } = energy.counts;
  const found: [string, number | null][] = [
    ['a read', computeMeanEnergy(energy.read, reads)],
    ['a write', computeMeanEnergy(energy.write, writesUp + writesDown)],
    ['a synaptic event', energy.perSynapticEvent],
    ['a spike', energy.perSpike],
  ];
  return found.flatMap(([name, joules]) => (joules === null || joules === 0 ? [] : [{ name, joules }]));
}

/** Sums the energies (J) and event counts of all devices of a network since its start. */
export function computeNetworkEnergy(net: Network): EnergyAccount {
  const projections = [...net.projections.values()];
  return sumDeviceUsage(
    projections.flatMap((p) => (p.devices ? [p.devices.usage] : [])),
    sum([...net.populations.values()].map((p) => p.spikes)),
    sum(projections.map((p) => p.synapticEvents)),
  );
}

function sumKnown(energies: readonly number[]): number | null {
  const known = energies.filter((energy) => !Number.isNaN(energy));
  return known.length > 0 ? sum(known) : null;
}

const sumFields = <Key extends string>(parts: readonly Readonly<Record<Key, number>>[], keys: readonly Key[]) =>
  Object.fromEntries(keys.map((key) => [key, sum(parts.map((part) => part[key]))])) as Record<Key, number>;

export function sumDeviceUsage(accounts: readonly DeviceUsage[], spikes = 0, events = 0): EnergyAccount {
  const joules = (key: 'read' | 'write' | 'halfSelected') => sumKnown(accounts.map((a) => a.energy[key]));
  const spent = { read: joules('read'), write: joules('write'), halfSelected: joules('halfSelected') };
  const total = sumDeviceEnergy(spent);
  const mergeAssumed = (key: 'assumed' | 'assumedRead') => {
    const pulses = accounts.flatMap((a) => a[key] ?? []);
    return pulses.length > 0 && { [key]: Object.assign({}, ...pulses.toReversed()) as AssumedPulse };
  };
  const account = {
    ...spent,
    ...(mergeAssumed('assumed') as Pick<EnergyAccount, 'assumed'>),
    ...(mergeAssumed('assumedRead') as Pick<EnergyAccount, 'assumedRead'>),
    perSpike: computeMeanEnergy(total, spikes),
    perSynapticEvent: computeMeanEnergy(total, events),
    counts: sumFields(accounts, COUNTS),
  };
  const figures = listEventEnergies(account);
  const programming = sumProgramming(accounts);
  const marks = [describeEnergies(figures), describeAssumedPulses(account)].filter((text) => text !== '');
  const scale = figures.length > 0 ? marks.join('; ') : null;
  return { ...account, ...(programming && { programming }), scale };
}

export function describeWeightProgramming(
  { devices, pulses, missed, energy }: Programming,
  assumed: AssumedPulses,
): string {
  const mark = describeAssumedPulses(assumed);
  const [d, p, m] = [devices, pulses, missed].map((n) => n.toLocaleString('en'));
  const joules =
    energy === null ? '' : `, ${formatJoules(energy)} with the reads between them${mark ? ` (${mark})` : ''}`;
  return `Programming of the initial weights: ${p} pulses to ${d} devices${joules}; ${m} missed the tolerance.`;
}

function sumProgramming(accounts: readonly DeviceUsage[]): Programming | undefined {
  const all = accounts.flatMap(({ devices, programming }) => (programming ? [{ devices, ...programming }] : []));
  if (all.length === 0) return undefined;
  return { ...sumFields(all, ['devices', 'pulses', 'missed']), energy: sumKnown(all.map(({ energy }) => energy)) };
}
