import type { Network } from '../../../core/network.ts';
import type { AssumedPulse, DeviceUsage, PeripheralEnergy } from '../../../core/usage.ts';
import { describeAssumedPulse, describeEnergies, type EnergyFigure, formatJoules } from '../../look/energyText.ts';

const COUNTS = ['reads', 'writesUp', 'writesDown', 'skipped', 'halfSelected', 'stuck', 'wornOut'] as const;
type Count = (typeof COUNTS)[number];

type Programming = Record<'devices' | 'pulses' | 'missed', number> & { readonly energy: number | null };

/** What the devices of a network spent, J (null where none has a conductance), and what they did. */
export interface EnergyAccount {
  readonly read: number | null;
  readonly write: number | null;
  /** Spent in devices that saw a part of a write voltage meant for another one. */
  readonly halfSelected: number | null;
  /** All three together, per spike of any population and per synaptic event. */
  readonly perSpike: number | null;
  readonly perSynapticEvent: number | null;
  readonly counts: Readonly<Record<'devices' | Count, number>>;
  /** Of write pulses that nobody told: the numbers that stand for them, V and s. Absent where all were given. */
  readonly assumed?: AssumedPulse;
  /** Spent around the crossbars, J, and in no other number here; absent where no device file gives a cost. */
  readonly peripheral?: PeripheralEnergy;
  /** What it took to bring devices to their initial weights; absent where none was programmed. */
  readonly programming?: Programming;
  /** Where energies of one event lie between a brain's and that of phase change, in words; null where nothing was spent. */
  readonly scale: string | null;
}

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

/** Joules for each of `count`; null where nothing is known or there was none. */
export const joulesPer = (joules: number | null, count: number): number | null =>
  joules === null || count === 0 ? null : joules / count;

/** Reads, writes and half-selected devices together; null where nothing is known. */
export function totalOf({
  read,
  write,
  halfSelected,
}: Pick<EnergyAccount, 'read' | 'write' | 'halfSelected'>): number | null {
  return read === null ? null : read + write! + halfSelected!;
}

/** What of an account can be placed on the scale: energies of one event. */
export function figuresOf(energy: Omit<EnergyAccount, 'scale'>): EnergyFigure[] {
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

/** Adds up the accounts of all projections of a network. */
export function energyOf(net: Network): EnergyAccount {
  const projections = [...net.projections.values()];
  return accountOf(
    projections.flatMap((p) => (p.devices ? [p.devices.usage] : [])),
    sum([...net.populations.values()].map((p) => p.spikes)),
    sum(projections.map((p) => p.synapticEvents)),
  );
}

/** Adds up accounts of devices. @param spikes and `events` that they were spent on, 0 where there are none */
export function accountOf(accounts: readonly DeviceUsage[], spikes = 0, events = 0): EnergyAccount {
  const joules = (of: (energy: DeviceUsage['energy']) => number) => {
    const known = accounts.map((a) => of(a.energy)).filter((value) => !Number.isNaN(value));
    return known.length > 0 ? sum(known) : null;
  };
  const spent = {
    read: joules((e) => e.read),
    write: joules((e) => e.write),
    halfSelected: joules((e) => e.halfSelected),
  };
  const total = totalOf(spent);
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
    perSpike: joulesPer(total, spikes),
    perSynapticEvent: joulesPer(total, events),
    counts: {
      devices: sum(accounts.map(({ devices }) => devices)),
      ...(Object.fromEntries(COUNTS.map((key) => [key, sum(accounts.map((a) => a[key]))])) as Record<Count, number>),
    },
  };
  const figures = figuresOf(account);
  const programming = programmingOf(accounts);
  const mark = account.assumed === undefined ? '' : `; ${describeAssumedPulse(account.assumed)}`;
  const scale = figures.length > 0 ? `${describeEnergies(figures)}${mark}` : null;
  return { ...account, ...(programming && { programming }), scale };
}

/** What programming cost, in a sentence. */
export function programmingText({ devices, pulses, missed, energy }: Programming, assumed?: AssumedPulse): string {
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
