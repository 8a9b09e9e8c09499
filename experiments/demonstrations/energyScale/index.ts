/**
 * Energies of a full switch from high to low resistance of every preset, on the scale of the review. The energy is the device's own
 * only if voltage, time and conductance are all quoted. The control varies the assumed pulse of the other presets.
 */
import { mean, median } from 'simple-statistics';
import { type DeviceFactory, integer, loadDevice, MODELS, object, PulseBench, presetNames } from '../../index.ts';
import { type EnergyFigure, energyScale } from '../../look/plots/index.ts';
import { defineDemonstration, listSeeds, SEED_PARAMS } from '../demonstration.ts';
import { inUnit, makeTable, mergeRecords, ratio, WHOLE } from '../findings.ts';

/** Ranges of the review, J. */
const RRAM = { low: 1e-13, high: 1e-11 };
const MAX_BRAIN = 1e-13;
/** Share of the range that a switched device has crossed. */
const SWITCHED = 0.95;
const MAX_PULSES = 2000;
/** Factors by which an assumed pulse could be longer. */
const FACTORS = [0.1, 1, 10];

/** Parameters of which one each must be quoted. */
const REQUIRED_QUOTES = [
  ['device.writeVoltage', 'device.writeVoltageUp'],
  ['device.writeTime'],
  ['device.gMax', 'device.quantaMax', 'device.rOn'],
];
const ENERGIES = ['switching energy', 'largest energy of a pulse', 'least energy of a programming pulse'];
const JOULES: Readonly<Record<string, number>> = { fJ: 1e-15, pJ: 1e-12, nJ: 1e-9 };

interface Preset {
  readonly name: string;
  /** Origin of the energy: all quantities quoted; a pulse derived from a quoted energy; an assumed pulse. */
  readonly origin: 'quoted' | 'from a quoted energy' | 'assumed';
  /** Quoted switching energies, J. */
  readonly quoted: readonly number[];
  /** Full switch for each seed: energy per device (J), number of pulses, energy of a read in the on state (J). Empty if the device does not switch. */
  readonly switches: readonly { readonly joules: number; readonly pulses: number; readonly read: number }[];
}

/** Applies pulses to devices in their lowest state until half of them have switched. */
export function switchFully(device: DeviceFactory, devices: number, seed: number): Preset['switches'] {
  const { electrical } = device.reach;
  if (electrical === null) return [];
  const { gMin, gMax, readVoltage, readTime } = electrical;
  const train = Array.from({ length: MAX_PULSES }, (_, k) => 1e-3 * (k + 1)); // ms: no relaxation between pulses
  const bench = new PulseBench({ device, seed, up: Array.from({ length: devices }, () => train) });
  for (let pulses = 1; pulses <= MAX_PULSES; pulses++) {
    bench.runTo(train[pulses - 1]!);
    if (median(bench.conductances()) < gMin + SWITCHED * (gMax - gMin)) continue;
    const joules = bench.devices.usage.energy.write / devices;
    return [{ joules, pulses, read: readVoltage ** 2 * gMax * readTime }];
  }
  return [];
}

function measurePreset(name: string, p: Readonly<Record<'devices' | 'seed' | 'seeds', number>>): Preset {
  const { device, quoted, derived } = loadDevice(name);
  const { model, ...params } = device;
  const factory = (MODELS.devices as Record<string, (given: object) => DeviceFactory>)[model]!(params);
  const isQuoted = (names: readonly string[]) => quoted.some(({ parameter }) => names.includes(parameter));
  const energies = quoted.filter(({ parameter }) => ENERGIES.some((energy) => parameter.startsWith(energy)));
  const isDerived = derived.some(({ formula }) => ENERGIES.some((energy) => formula.includes(energy)));
  return {
    name,
    origin: REQUIRED_QUOTES.every(isQuoted) ? 'quoted' : isDerived ? 'from a quoted energy' : 'assumed',
    quoted: energies.map(({ value, unit }) => Number(value) * JOULES[unit!]!),
    switches: listSeeds(p).flatMap((seed) => switchFully(factory, p.devices, seed)),
  };
}

export default defineDemonstration({
  name: 'energy-scale',
  title: 'Energy of a full switch of the presets, between brain and phase-change memory',
  claim: 'An event takes 1-100 fJ in the brain, programming 100 fJ-10 pJ in RRAM and 10-100 pJ in phase-change memory.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, introduction',
  parameters: object({
    devices: integer({ default: 20, min: 1, max: 10_000, help: 'number of devices of each preset, averaged over' }),
    ...SEED_PARAMS,
  }),
  async run(p, context) {
    const presets: Preset[] = [];
    for (const name of presetNames()) {
      await context.step(name);
      presets.push(measurePreset(name, p));
    }
    const switching = presets.filter(({ switches }) => switches.length > 0);
    const [quoted, derived, assumed] = (['quoted', 'from a quoted energy', 'assumed'] as const).map((origin) =>
      switching.filter((preset) => preset.origin === origin),
    ) as [Preset[], Preset[], Preset[]];
    const meanEnergy = ({ switches }: Preset) => mean(switches.map(({ joules }) => joules));
    const isRram = (joules: number) => joules >= RRAM.low && joules <= RRAM.high;
    const quotedRram = presets.filter(({ name }) => name !== 'phase-change').flatMap((preset) => preset.quoted);
    const inRange = FACTORS.map((factor) => assumed.filter((preset) => isRram(factor * meanEnergy(preset))).length);
    const known = [...quoted, ...derived];
    const toQuoted = (preset: Preset) => meanEnergy(preset) / Math.max(...preset.quoted);
    const joules = inUnit('J');
    const ofAll = inUnit(`of ${presets.length}`);
    const ofAssumed = inUnit(`of ${assumed.length} presets`);
    return {
      figures: {
        'presets whose voltage, time and conductance are quoted': ofAll(
          presets.filter(({ origin }) => origin === 'quoted').length,
        ),
        ...mergeRecords(known, (preset) => ({
          [`full switch of ${preset.name}`]: joules(preset.switches.map((one) => one.joules)),
          ...(preset.origin === 'quoted'
            ? { [`a read of ${preset.name}, on`]: joules(preset.switches.map(({ read }) => read)) }
            : { [`full switch of ${preset.name} / the energy quoted`]: ratio(toQuoted(preset)) }),
        })),
        ...mergeRecords(FACTORS, (factor, k) => ({
          [`assumed pulses × ${factor}: full switches in RRAM's range`]: ofAssumed(inRange[k]!),
        })),
        'presets that do not switch': ofAll(presets.length - switching.length),
      },
      expectations: {
        'a full switch lies in the range of RRAM if all quantities are quoted': quoted.map(meanEnergy).every(isRram),
        'a read takes at most the energy of an event of the brain if these are quoted': quoted.every(({ switches }) =>
          switches.every(({ read }) => read <= MAX_BRAIN),
        ),
        'quoted switching energies of single RRAM devices lie in the range of RRAM': quotedRram.every(isRram),
        'control: a full switch costs the quoted energy, within a factor of 2, if the preset derives from it':
          derived.every((preset) => toQuoted(preset) >= 0.5 && toQuoted(preset) <= 2),
        'control: the number of presets in the range does not depend on the assumed pulse': new Set(inRange).size === 1,
      },
      tables: {
        presets: makeTable(
          switching.flatMap(({ name, origin, switches }) =>
            switches.map((one, s) => ({ preset: name, origin, seed: p.seed + s, ...one })),
          ),
          { joules: 'J', pulses: WHOLE, read: 'J' },
        ),
      },
      pictures: {
        'energy-scale': energyScale(
          known.flatMap((preset): EnergyFigure[] => [
            { name: preset.name, kind: `full switch, ${preset.origin}`, joules: meanEnergy(preset) },
            ...preset.quoted.map((one) => ({ name: preset.name, kind: 'quoted switching energy', joules: one })),
          ]),
          'A full switch of the presets of which enough is quoted',
        ),
      },
    };
  },
});
