import type { Network } from '../../../core/network.ts';
import type { AssumedPulse, DeviceUsage, PeripheralEnergy } from '../../../core/usage.ts';
import { describeAssumedPulse, describeEnergies, type EnergyFigure, formatJoules } from '../../look/energyText.ts';

const COUNTS = ['reads', 'writesUp', 'writesDown', 'skipped', 'halfSelected', 'stuck', 'wornOut'] as const;
type Count = (typeof COUNTS)[number];

type Programming = Record<'devices' | 'pulses' | 'missed', number> & { readonly energy: number | null };

/** Energy account of the devices of a network, J (null if no device has a conductance), and numbers of events. */
export interface EnergyAccount {
  readonly read: number | null;
  readonly write: number | null;
  /** Energy dissipated in half-selected devices, J. */
  readonly halfSelected: number | null;
  /** Energy of reads, writes and half-selected devices, divided by the number of spikes or synaptic events, J. */
  readonly perSpike: number | null;
  readonly perSynapticEvent: number | null;
  readonly counts: Readonly<Record<'devices' | Count, number>>;
  /** Assumed voltage (V) and time (s) of write pulses; absent if the device files give both. */
  readonly assumed?: AssumedPulse;
  /** Energy of the peripheral circuits, J, not included in the other numbers; absent if no device file gives it. */
  readonly peripheral?: PeripheralEnergy;
  /** Cost of programming the initial weights; absent if no weights were programmed. */
  readonly programming?: Programming;
  /** Text that compares the energies per event with those of brain and memory technologies; null if none is known. */
  readonly scale: string | null;
}

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

/** Energy divided by the number of items, J; null if the energy is not known or `count` is 0. */
export const computeJoulesPer = (joules: number | null, count: number): number | null =>
  joules === null || count === 0 ? null : joules / count;

/** Total energy of reads, writes and half-selected devices, J; null if not known. */
export function sumEnergy({
  read,
  write,
  halfSelected,
}: Pick<EnergyAccount, 'read' | 'write' | 'halfSelected'>): number | null {
  return read === null ? null : read + write! + halfSelected!;
}

/** Energies of one read, write, synaptic event and spike, for the energy-scale plot. */
export function listEventEnergies(energy: Omit<EnergyAccount, 'scale'>): EnergyFigure[] {
  const { reads, writesUp, writesDown } = energy.counts;
  const writes = writesUp + writesDown;
  const found: [string, number | null][] = [
    ['a read', energy.read === null || reads === 0 ? null : energy.read / reads],
    ['a write', energy.write === null || writes === 0 ? null : energy.write / writes],
    ['a synaptic event', energy.perSynapticEvent],
    ['a spike', energy.perSpike],
  ];
  return found.flatMap(([name, joules]) => (joules === null || joules === 0 ? [] : [{ name, joules }]));
}

export function energyOf(net: Network): EnergyAccount {
  const projections = [...net.projections.values()];
  return sumUsages(
    projections.flatMap((p) => (p.devices ? [p.devices.usage] : [])),
    sum([...net.populations.values()].map((p) => p.spikes)),
    sum(projections.map((p) => p.synapticEvents)),
  );
}

/** Sum of the energy accounts of devices. @param spikes number of spikes @param events number of synaptic events */
export function sumUsages(accounts: readonly DeviceUsage[], spikes = 0, events = 0): EnergyAccount {
  const joules = (of: (energy: DeviceUsage['energy']) => number) => {
    const known = accounts.map((a) => of(a.energy)).filter((value) => !Number.isNaN(value));
    return known.length > 0 ? sum(known) : null;
  };
  const spent = {
    read: joules((e) => e.read),
    write: joules((e) => e.write),
    halfSelected: joules((e) => e.halfSelected),
  };
  const total = sumEnergy(spent);
  const assumed = accounts.flatMap((a) => a.assumed ?? []);
  const peripheral = accounts.flatMap((a) => a.peripheral ?? []);
  const around = (key: keyof PeripheralEnergy) => sum(peripheral.map((one) => one[key]));
  const account = {
    ...spent,
    ...(assumed.length > 0 && { assumed: Object.assign({}, ...assumed.toReversed()) as AssumedPulse }),
    ...(peripheral.length > 0 && {
      peripheral: {
        rowReads: around('rowReads'),
        columnReads: around('columnReads'),
        writePulses: around('writePulses'),
      },
    }),
    perSpike: computeJoulesPer(total, spikes),
    perSynapticEvent: computeJoulesPer(total, events),
    counts: {
      devices: sum(accounts.map(({ devices }) => devices)),
      ...(Object.fromEntries(COUNTS.map((key) => [key, sum(accounts.map((a) => a[key]))])) as Record<Count, number>),
    },
  };
  const figures = listEventEnergies(account);
  const programming = programmingOf(accounts);
  const mark = account.assumed === undefined ? '' : `; ${describeAssumedPulse(account.assumed)}`;
  const scale = figures.length > 0 ? `${describeEnergies(figures)}${mark}` : null;
  return { ...account, ...(programming && { programming }), scale };
}

/** Sentence on the energy and pulses needed to program the initial weights. */
export function describeProgramming({ devices, pulses, missed, energy }: Programming, assumed?: AssumedPulse): string {
  const [d, p, m] = [devices, pulses, missed].map((n) => n.toLocaleString('en'));
  const joules =
    energy === null
      ? ''
      : `, ${formatJoules(energy)} with the reads between them${assumed ? ` (${describeAssumedPulse(assumed)})` : ''}`;
  return `Programming of the initial weights: ${p} pulses to ${d} devices${joules}; ${m} missed the tolerance.`;
}

function programmingOf(accounts: readonly DeviceUsage[]): Programming | undefined {
  const programmed = accounts.filter(({ programming }) => programming);
  if (programmed.length === 0) return undefined;
  const all = programmed.map(({ programming }) => programming!);
  const joules = all.map(({ energy }) => energy).filter((energy) => !Number.isNaN(energy));
  return {
    devices: sum(programmed.map(({ devices }) => devices)),
    pulses: sum(all.map(({ pulses }) => pulses)),
    missed: sum(all.map(({ missed }) => missed)),
    energy: joules.length > 0 ? sum(joules) : null,
  };
}
