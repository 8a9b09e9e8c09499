import { computeQuantileMean } from '../../synapses/devices/table.ts';
import { isMapping, type Mapping } from '../network/config/override.ts';
import type { ModelChoice } from '../network/models.ts';

/** Non-idealities, with the factor on their parameters that doubles the effect: 2 for noise, 0.5 for levels and lifetimes. */
const NON_IDEALITIES: readonly (readonly [
  name: string,
  section: string | undefined, // section of the device parameters; undefined: none
  parameters: readonly string[],
  factor: number,
])[] = [
  [
    'device-to-device variability',
    undefined,
    [
      ...['deviceToDevice', 'rangeSpread', 'gMinSpread', 'stepSpread', 'stepSpreadDown'],
      ...['gainSpread', 'asymmetrySpread', 'gammaSpread', 'highSpread', 'lowSpread'], // of asymmetricStep
    ],
    2,
  ],
  ['cycle-to-cycle variability', undefined, ['cycleToCycle', 'cycleToCycleDown', 'stepNoise'], 2],
  ['write noise', undefined, ['writeNoise', 'apparentNoise'], 2],
  ['number of levels', 'levels', ['count'], 0.5],
  ['retention', 'retention', ['tau', 't0'], 0.5],
  ['endurance', 'endurance', ['cycles'], 0.5],
  ['stuck devices', 'stuck', ['low', 'high'], 2],
  ['read noise', 'readNoise', ['sd'], 2],
  ['telegraph noise', 'telegraph', ['amplitude'], 2],
  ['read errors', 'readErrors', ['rate', 'writeRate'], 2],
];

/** Non-ideality of a device. `removed`: device parameters without it; `doubled`: with it doubled, absent if it has no numeric scale. */
export interface NonIdeality {
  readonly name: string;
  readonly removed: ModelChoice;
  readonly doubled?: ModelChoice;
}

function findFlaw(
  device: ModelChoice,
  [name, section, parameters, factor]: (typeof NON_IDEALITIES)[number],
): NonIdeality[] {
  const own = section === undefined ? device : ((device[section] ?? {}) as Mapping);
  const present = parameters.filter((key) => typeof own[key] === 'number' && own[key] !== 0);
  const replace = (to: (key: string, value: number) => number): ModelChoice => {
    const values = Object.fromEntries(present.map((key) => [key, to(key, own[key] as number)]));
    return { ...device, ...(section === undefined ? values : { [section]: { ...own, ...values } }) };
  };
  if (section === undefined ? present.length === 0 : !device[section]) return [];
  const { [section ?? '']: _removed, ...others } = device;
  return [
    {
      name,
      removed: section === undefined ? replace(() => 0) : (others as ModelChoice),
      ...(present.length > 0 && {
        doubled: replace((key, value) => (key === 'count' ? Math.max(2, Math.round(factor * value)) : factor * value)),
      }),
    },
  ];
}

type Row = readonly [state: number, ...quantiles: number[]];

/** Finds the non-ideality of a `table` device: scatter of the measured steps about their mean at each state. */
function findStepScatter(device: ModelChoice): NonIdeality[] {
  const { steps } = device;
  if (device.model !== 'table' || !isMapping(steps)) return [];
  const scale = (factor: number): ModelChoice => {
    const scaleRow = ([state, ...quantiles]: Row) => {
      const middle = computeQuantileMean(quantiles);
      return [state, ...quantiles.map((quantile) => middle + factor * (quantile - middle))];
    };
    const scaled = Object.entries(steps).map(([direction, rows]) => [direction, (rows as Row[]).map(scaleRow)]);
    return { ...device, steps: Object.fromEntries(scaled) };
  };
  const isScattered = ([, low, ...others]: Row) => others.some((quantile) => quantile !== low);
  if (!Object.values(steps).some((rows) => (rows as Row[]).some(isScattered))) return [];
  return [{ name: 'scatter of the measured steps', removed: scale(0), doubled: scale(2) }];
}

/** Finds the non-idealities of a device; empty if it has none. */
export const findNonIdealities = (device: ModelChoice): NonIdeality[] => [
  ...NON_IDEALITIES.flatMap((one) => findFlaw(device, one)),
  ...findStepScatter(device),
];

/** Device parameters without the named non-idealities. */
export const removeNonIdealities = (device: ModelChoice, names: readonly string[]): ModelChoice =>
  names.reduce((left, name) => findNonIdealities(left).find((flaw) => flaw.name === name)?.removed ?? left, device);

export const NON_IDEALITY_NAMES: readonly string[] = NON_IDEALITIES.map(([name]) => name);
