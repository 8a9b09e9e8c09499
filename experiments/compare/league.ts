import { formatJoules } from '../look/energyText.ts';
import { formatFormula } from '../look/plots/chemical.ts';
import { estimatePairedDifference, type MeanEstimate } from '../statistics/estimate.ts';
import { formatInterval } from './passportCosts.ts';
import type { Passport } from './passportSchema.ts';

/** Mark before numbers that follow from assumed values; in pictures, these numbers have hollow symbols. */
export const ASSUMED_MARK = '○\u00a0';

/** Parts of a device passport that a league (ranking of devices) shows. */
export type LeagueEntry = Pick<
  Passport,
  'device' | 'protocol' | 'ideal' | 'all' | 'energy' | 'lifetime' | 'measurement'
>;

/** Numbers of training images, neurons and seeds, for titles. */
export const describeProtocol = ({ protocol: { neurons, train, seeds } }: LeagueEntry): string =>
  `MNIST, ${neurons} neurons, ${train.toLocaleString('en')} training images, ${seeds} seeds`;

export const nameDevice = ({
  device: { name, structure },
}: {
  readonly device: Pick<Passport['device'], 'name' | 'structure'>;
}): string => (structure === null ? name : formatFormula(structure));

/** League entry. `belowBest`: accuracy minus that of the best device of its group, paired by seed, percentage points. */
export type RankedEntry = LeagueEntry & { readonly belowBest: MeanEstimate };

/** Column of the league: heading, value by which rows are sorted (null: not known, last), text, and if the value is assumed. */
interface LeagueColumn {
  readonly heading: string;
  readonly getValue: (entry: RankedEntry) => number | null;
  readonly format: (value: number, entry: RankedEntry) => string;
  readonly isAssumed: (entry: RankedEntry) => boolean;
}

const formatFixed = (value: number) => (Math.round(10 * value) / 10 + 0).toFixed(1); // + 0: not -0.0
const MAX_PLAIN_COUNT = 1e6;
/** Formats a number of images with two digits: `20,000`, `1.1e6`. */
export const formatImageCount = (count: number): string =>
  count < MAX_PLAIN_COUNT
    ? Number(count.toPrecision(2)).toLocaleString('en')
    : count.toExponential(1).replace('e+', 'e');
const isAccuracyAssumed = ({ all }: LeagueEntry) => all.isAssumed;
const isEnergyAssumed = ({ energy }: LeagueEntry) => energy.isAssumed;

/** Columns of the league after the name of the device; the first column ranks the devices. */
export const LEAGUE_COLUMNS: readonly LeagueColumn[] = [
  { heading: 'accuracy, %', getValue: ({ all }) => all.mean, format: formatFixed, isAssumed: isAccuracyAssumed },
  {
    heading: 'below the best, points',
    getValue: ({ belowBest }) => belowBest.mean,
    format: (value, { belowBest: { low, high } }) =>
      value === 0 ? '–' : formatInterval(value, Number.isNaN(low) ? null : [low, high], ''),
    isAssumed: (entry) => isAccuracyAssumed(entry) && entry.belowBest.mean !== 0,
  },
  {
    heading: 'ideal device, %',
    getValue: ({ ideal }) => ideal.mean,
    format: formatFixed,
    isAssumed: ({ ideal }) => ideal.isAssumed,
  },
  { heading: 'cost, points', getValue: ({ all }) => all.cost, format: formatFixed, isAssumed: isAccuracyAssumed },
  { heading: 'write', getValue: ({ energy }) => energy.write, format: formatJoules, isAssumed: isEnergyAssumed },
  {
    heading: 'training image',
    getValue: ({ energy }) => energy.image,
    format: formatJoules,
    isAssumed: isEnergyAssumed,
  },
  {
    heading: 'lifetime, images',
    getValue: ({ lifetime }) => lifetime?.images ?? null,
    format: formatImageCount,
    isAssumed: ({ lifetime }) => lifetime?.isAssumed === true,
  },
];

/** Text of a cell; the mark ○ stands before values that follow from assumed values. */
export function formatLeagueCell({ getValue, format, isAssumed }: LeagueColumn, entry: RankedEntry): string {
  const value = getValue(entry);
  if (value === null) return '–';
  return `${isAssumed(entry) ? ASSUMED_MARK : ''}${format(value, entry).replace(/(?<=\d) /, '\u00a0')}`; // no break before a unit
}

/** Ranks devices by descending accuracy in two groups: accuracy from values with a source, or from assumed values. */
export function rankPassports(entries: readonly LeagueEntry[]) {
  const sorted = entries.toSorted((a, b) => b.all.mean - a.all.mean);
  const rank = (isAssumed: boolean): RankedEntry[] => {
    const group = sorted.filter(({ all }) => all.isAssumed === isAssumed);
    return group.map((entry) => ({
      ...entry,
      belowBest: estimatePairedDifference(entry.all.accuracy, group[0]!.all.accuracy),
    }));
  };
  return { sourced: rank(false), assumed: rank(true) };
}

/** Lists the cells of a league as text, heading first; devices with sourced values come first. */
export function listLeagueRows(entries: readonly LeagueEntry[]): string[][] {
  const { sourced, assumed } = rankPassports(entries);
  return [
    ['device', ...LEAGUE_COLUMNS.map(({ heading }) => heading)],
    ...[...sourced, ...assumed].map((entry) => [
      entry.device.name,
      ...LEAGUE_COLUMNS.map((column) => formatLeagueCell(column, entry)),
    ]),
  ];
}
