/** Programming energies of presets; an energy is known if voltage, time and conductance are quoted. Control: other assumed pulse lengths. */
import { median } from 'simple-statistics';
import { type DeviceFactory, integer, loadDevice, PulseBench, presetNames } from '../../index.ts';
import { type EnergyFigure, energyScale } from '../../look/plots/index.ts';
import { defineDemonstration, mapRange, mergeRecords } from '../demonstration.ts';
import { createDevice } from '../devicePairs.ts';

/** Programming energies of RRAM devices in the review (Cao et al. 2023), J. */
const RRAM_ENERGY_RANGE = { low: 1e-13, high: 1e-11 };
/** Maximum energy of a neural event in the review article, J. */
const MAX_NEURAL_ENERGY = 1e-13;
const SWITCHED_STATE = 0.95; // smallest state of a switched device, share of the range
const MAX_PULSES = 2000;
const FACTORS = [0.1, 1, 10]; // factors on the lengths of assumed pulses
/** Groups of alternative parameters; an energy counts as quoted if a publication gives at least one parameter of each group. */
const REQUIRED_QUOTES = [
  ['device.writeVoltage', 'device.writeVoltageUp'],
  ['device.writeTime'],
  ['device.gMax', 'device.quantaMax', 'device.rOn'],
];
const QUOTED_ENERGY_NAMES = ['switching energy', 'largest energy of a pulse', 'least energy of a programming pulse'];
const JOULES_PER_UNIT: Readonly<Record<string, number>> = { fJ: 1e-15, pJ: 1e-12, nJ: 1e-9 };

/**
 * Pulses devices from their lowest state until half of them have switched. Returns write energy per device (J), number of pulses, and read
 * energy in the on state (J); an empty list if devices do not switch.
 */
export function measureSwitchingEnergy(device: DeviceFactory, devices: number, seed: number) {
  const { electricalProperties: electrical } = device.ranges;
  if (electrical === null) return [];
  const { gMin, gMax, readVoltage, readTime } = electrical;
  const train = mapRange(MAX_PULSES, (k) => 1e-3 * (k + 1)); // pulse times, ms, so close that devices do not relax between pulses
  const bench = new PulseBench({ device, seed, up: mapRange(devices, () => train) });
  for (const [k, time] of train.entries()) {
    bench.runTo(time);
    if (median(bench.conductances()) < gMin + SWITCHED_STATE * (gMax - gMin)) continue;
    const joules = bench.devices.usage.energy.write / devices;
    return [{ joules, pulses: k + 1, read: readVoltage ** 2 * gMax * readTime }];
  }
  return [];
}

/** Describes the switching energies (J) of a preset; `origin`: quoted, derived from a quoted energy, or assumed. */
function describePreset(preset: string) {
  const { device, quoted, derived } = loadDevice(preset);
  const isQuoted = (names: readonly string[]) => quoted.some(({ parameter }) => names.includes(parameter));
  const energies = quoted.filter(({ parameter }) => QUOTED_ENERGY_NAMES.some((energy) => parameter.startsWith(energy)));
  const isDerived = derived.some(({ formula }) => QUOTED_ENERGY_NAMES.some((energy) => formula.includes(energy)));
  const origin = REQUIRED_QUOTES.every(isQuoted) ? 'quoted' : isDerived ? 'from a quoted energy' : 'assumed';
  return {
    preset,
    origin,
    factory: createDevice(device),
    quoted: energies.map(({ value, unit }) => Number(value) * JOULES_PER_UNIT[unit!]!),
  };
}

export default defineDemonstration({
  parameters: {
    devices: integer({ default: 20, min: 1, max: 10_000, help: 'number of simulated devices per preset, averaged' }),
  },
  async simulate(p, context) {
    const all = presetNames().map(describePreset);
    const { presets } = await context.measurePerSeed((seed) => ({
      presets: all.flatMap(({ preset, origin, factory }) =>
        measureSwitchingEnergy(factory, p.devices, seed).map((one) => ({ preset, origin, ...one })),
      ),
    }));
    const switching = all
      .filter(({ preset }) => presets.selectRows({ preset }).length > 0)
      .map((one) => ({ ...one, joules: presets.mean('joules', { preset: one.preset }) }));
    const derived = switching.filter(({ origin }) => origin === 'from a quoted energy');
    const assumed = switching.filter(({ origin }) => origin === 'assumed');
    const quotedReads = presets.values('read', { origin: 'quoted' });
    const isRram = (joules: number) => joules >= RRAM_ENERGY_RANGE.low && joules <= RRAM_ENERGY_RANGE.high;
    const quotedRram = all.filter(({ preset }) => preset !== 'phase-change').flatMap(({ quoted }) => quoted);
    const inRange = FACTORS.map((factor) => assumed.filter(({ joules }) => isRram(factor * joules)).length);
    const known = switching.filter(({ origin }) => origin !== 'assumed');
    const toQuoted = ({ joules, quoted }: (typeof switching)[number]) => joules / Math.max(...quoted);
    return {
      figures: {
        ...presets.computeFiguresOfMerit('joules', { preset: known.map(({ preset }) => preset) }),
        ...presets.computeFiguresOfMerit('read', { origin: 'quoted', preset: presetNames() }),
        ...mergeRecords(derived, (one) => ({
          [`full switch / the energy quoted, ${one.preset}`]: { unit: '1', values: toQuoted(one) },
        })),
        ...mergeRecords(FACTORS, (factor, k) => ({
          [`assumed pulses × ${factor}: in RRAM's range`]: {
            unit: `of ${assumed.length} presets`,
            values: inRange[k]!,
          },
        })),
        'presets that do not switch': { unit: `of ${all.length} presets`, values: all.length - switching.length },
      },
      expectations: [
        {
          'a full switch lies in the range of RRAM if all quantities are quoted': switching.every(
            ({ origin, joules }) => origin !== 'quoted' || isRram(joules),
          ),
        },
        {
          'a read takes at most the energy of an event of the brain if these are quoted': quotedReads.every(
            (read) => read <= MAX_NEURAL_ENERGY,
          ),
        },
        { 'quoted switching energies of single RRAM devices lie in the range of RRAM': quotedRram.every(isRram) },
        {
          'control: a full switch costs the quoted energy, within a factor of 2, if the preset derives from it':
            derived.every((one) => toQuoted(one) >= 0.5 && toQuoted(one) <= 2),
        },
        { 'control: the number of presets in the range depends on the assumed pulse': new Set(inRange).size > 1 },
      ],
      pictures: {
        'energy-scale': energyScale(
          known.flatMap(({ preset, origin, joules, quoted }): EnergyFigure[] => [
            { name: preset, kind: `full switch, ${origin}`, joules },
            ...quoted.map((one) => ({ name: preset, kind: 'quoted switching energy', joules: one })),
          ]),
          'A full switch of the presets of which enough is quoted',
        ),
      },
    };
  },
});
