/**
 * Energies on the scale of the review: a full switch from high to low resistance of every preset, told as the device's own only
 * where voltage, time and conductance are all quoted; the switching energies that are quoted; and, as the control, what a
 * different assumption of the pulse does to those of the other presets.
 * Source: Cao et al., Nanoscale Horiz. 2023, 8, 716 (introduction): brain 1-100 fJ an event, RRAM 100 fJ-10 pJ and PCM
 *         10-100 pJ a programming.
 * Run: memspike demo energy-scale --out DIR
 * Expect: full switches within RRAM's range, as far as anything is quoted; quoted energies there, too; and an energy whose pulse is
 *         assumed goes with the assumption.
 */
import { mean, median } from 'simple-statistics';
import { type DeviceFactory, integer, loadDevice, MODELS, object, PulseBench, presetNames } from '../../index.ts';
import { type EnergyFigure, energyScale } from '../../look/plots/index.ts';
import { demonstration, REPEATED, seedsOf } from '../demonstration.ts';
import { tableOf, WHOLE } from '../findings.ts';

/** The review's ranges, J. */
const RRAM = { low: 1e-13, high: 1e-11 };
const BRAIN_MOST = 1e-13;
/** Share of its range that a device that has switched has crossed, and pulses that it gets for that at the most. */
const SWITCHED = 0.95;
const PULSES = 2000;
/** By how much longer a pulse could be that nobody quotes. */
const FACTORS = [0.1, 1, 10];

const NAMED = {
  voltage: ['device.writeVoltage', 'device.writeVoltageUp'],
  time: ['device.writeTime'],
  conductance: ['device.gMax', 'device.quantaMax', 'device.rOn'],
};
const ENERGIES = ['switching energy', 'largest energy of a pulse', 'least energy of a programming pulse'];
const PREFIX: Readonly<Record<string, number>> = { fJ: 1e-15, pJ: 1e-12, nJ: 1e-9 };
/** What a preset's energies rest on: all quoted; a quoted energy, from which the pulse was reckoned; an assumption. */
const ORIGINS = ['quoted', 'from a quoted energy', 'assumed'] as const;

interface Preset {
  readonly name: string;
  readonly origin: (typeof ORIGINS)[number];
  /** Quoted switching energies, J. */
  readonly quoted: readonly number[];
  /** A value for each seed, none where a device does not switch: J a device until half of them have; their pulses; J of a read, on. */
  readonly switches: readonly { readonly joules: number; readonly pulses: number; readonly read: number }[];
}

/** Devices from their lowest state on by one pulse after the other, until half of them have switched. */
export function fullSwitch(device: DeviceFactory, devices: number, seed: number): Preset['switches'] {
  const { electrical } = device.reach;
  if (electrical === null) return [];
  const { gMin, gMax, readVoltage, readTime } = electrical;
  const train = Array.from({ length: PULSES }, (_, k) => 1e-3 * (k + 1)); // ms: nothing fades meanwhile
  const bench = new PulseBench({ device, seed, up: Array.from({ length: devices }, () => train) });
  for (let pulses = 1; pulses <= PULSES; pulses++) {
    bench.runTo(train[pulses - 1]!);
    if (median(bench.conductances()) < gMin + SWITCHED * (gMax - gMin)) continue;
    const joules = bench.devices.usage.energy.write / devices;
    return [{ joules, pulses, read: readVoltage ** 2 * gMax * readTime }];
  }
  return [];
}

function presetOf(
  name: string,
  p: { readonly devices: number; readonly seed: number; readonly seeds: number },
): Preset {
  const { device, quoted, derived } = loadDevice(name);
  const { model, ...params } = device;
  const factory = (MODELS.devices as Record<string, (given: object) => DeviceFactory>)[model]!(params);
  const all = (list: readonly { readonly parameter: string }[]) =>
    Object.values(NAMED).every((names) => list.some(({ parameter }) => names.includes(parameter)));
  const energies = quoted.filter(({ parameter }) => ENERGIES.some((energy) => parameter.startsWith(energy)));
  const reckoned = derived.some(({ formula }) => ENERGIES.some((energy) => formula.includes(energy)));
  return {
    name,
    origin: all(quoted) ? 'quoted' : reckoned ? 'from a quoted energy' : 'assumed',
    quoted: energies.map(({ value, unit }) => Number(value) * PREFIX[unit!]!),
    switches: seedsOf(p).flatMap((seed) => fullSwitch(factory, p.devices, seed)),
  };
}

export default demonstration({
  name: 'energy-scale',
  title: 'A full switch of the presets, between the brain and phase change',
  claim: 'An event takes 1-100 fJ in the brain, programming 100 fJ-10 pJ in RRAM and 10-100 pJ in phase-change memory.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, introduction',
  parameters: object({
    devices: integer({ default: 20, min: 1, max: 10_000, help: 'of each preset, which are averaged over' }),
    ...REPEATED,
  }),
  steps: () => presetNames().length,
  async run(p, stage) {
    const presets: Preset[] = [];
    for (const name of presetNames()) {
      await stage.step(name);
      presets.push(presetOf(name, p));
    }
    const switching = presets.filter(({ switches }) => switches.length > 0);
    const from = (origin: Preset['origin']) => switching.filter((preset) => preset.origin === origin);
    const joulesOf = ({ switches }: Preset) => mean(switches.map(({ joules }) => joules));
    const within = (joules: number) => joules >= RRAM.low && joules <= RRAM.high;
    const quotedRram = presets.filter(({ name }) => name !== 'phase-change').flatMap(({ quoted }) => quoted);
    const assumed = from('assumed');
    const longer = FACTORS.map((factor) => assumed.filter((preset) => within(factor * joulesOf(preset))).length);
    const joules = (values: readonly number[]) => ({ unit: 'J', values });
    const told = [...from('quoted'), ...from('from a quoted energy')];
    const ratio = (preset: Preset) => joulesOf(preset) / Math.max(...preset.quoted);
    const ofAssumed = `of ${assumed.length} presets`;
    return {
      figures: {
        'presets whose voltage, time and conductance are quoted': {
          unit: `of ${presets.length}`,
          values: [presets.filter(({ origin }) => origin === 'quoted').length],
        },
        ...Object.fromEntries(
          told.flatMap((preset) => [
            [`full switch of ${preset.name}`, joules(preset.switches.map((one) => one.joules))],
            ...(preset.origin === 'quoted'
              ? [[`a read of ${preset.name}, on`, joules(preset.switches.map(({ read }) => read))]]
              : [[`full switch of ${preset.name} / the energy quoted`, { unit: '1', values: [ratio(preset)] }]]),
          ]),
        ),
        ...Object.fromEntries(
          FACTORS.map((factor, k) => [
            `assumed pulses × ${factor}: full switches in RRAM's range`,
            { unit: ofAssumed, values: [longer[k]!] },
          ]),
        ),
        'presets that do not switch': {
          unit: `of ${presets.length}`,
          values: [presets.length - switching.length],
        },
      },
      expectations: {
        "a full switch lies in RRAM's range wherever voltage, time and conductance are quoted": from('quoted').every(
          (preset) => within(joulesOf(preset)),
        ),
        'a read takes no more than an event of the brain, wherever they are quoted': from('quoted').every((preset) =>
          preset.switches.every(({ read }) => read <= BRAIN_MOST),
        ),
        "switching energies quoted of single RRAM devices lie in RRAM's range": quotedRram.every(within),
        'control: a full switch costs what is quoted, to a factor of 2, where a preset was made from it': from(
          'from a quoted energy',
        ).every((preset) => ratio(preset) >= 0.5 && ratio(preset) <= 2),
        "control: as many presets lie in RRAM's range if the pulse that is assumed for them were ten times as long or as short":
          longer.every((count) => count === longer[1]),
      },
      tables: {
        presets: tableOf(
          switching.flatMap(({ name, origin, switches }) =>
            switches.map((one, s) => ({ preset: name, origin, seed: p.seed + s, ...one })),
          ),
          {
            preset: { names: switching.map(({ name }) => name) },
            origin: { names: ORIGINS },
            seed: WHOLE,
            joules: 'J',
            pulses: WHOLE,
            read: 'J',
          },
        ),
      },
      pictures: {
        'energy-scale': energyScale(
          told.flatMap((preset): EnergyFigure[] => [
            { name: preset.name, kind: `full switch, ${preset.origin}`, joules: joulesOf(preset) },
            ...preset.quoted.map((one) => ({ name: preset.name, kind: 'quoted switching energy', joules: one })),
          ]),
          'A full switch of the presets of which enough is quoted',
        ),
      },
    };
  },
});
