import * as Plot from '@observablehq/plot';
import { formatCount } from '../../core/declare/show.ts';
import { renderChartPage, type TitledChart } from '../devices/characterise/page.ts';
import { MEASUREMENTS } from '../devices/characterise/parts/index.ts';
import { countPulsesThroughRange, type SpecimenSet } from '../devices/characterise/specimens.ts';
import type { LoadedDevice } from '../devices/load.ts';
import { formatPercent, formatSignificantDigits } from '../look/digits.ts';
import { describeAssumedPulses, formatJoules } from '../look/energyText.ts';
import { renderCategoryMeans } from '../look/plots/categoryPlots.ts';
import { renderPixelPlot } from '../look/plots/panel.ts';
import { composePicture, FONT_SIZE, wrapText } from '../look/plots/style.ts';
import { ASSUMED_MARK, formatImageCount, nameDevice } from './league.ts';
import type { Passport } from './passportSchema.ts';

const markAssumed = (text: string, isAssumed: boolean) => (isAssumed ? `${ASSUMED_MARK}${text}` : text);

/** Formats a mean with its 95 % interval: `86.3 % (85.9 to 86.7)`. */
export const formatInterval = (mean: number, interval: readonly [number, number] | null, unit: string): string =>
  `${mean.toFixed(1)}${unit}${interval === null ? '' : ` (${interval.map((end) => end.toFixed(1)).join(' to ')})`}`;

/** Lists the figures of a passport as name and text, energies and limits included. */
export function listPassportFigures({ ideal, all, energy, lifetime, retention, array, measurement }: Passport) {
  const formatEnergy = (joules: number | null) =>
    joules === null ? 'not known' : markAssumed(formatJoules(joules), energy.isAssumed);
  const pulses = describeAssumedPulses(energy);
  const { halfSelectShare, columns, readLines } = array;
  const disturb = columns === null ? 'no limit' : `${columns} columns`;
  return [
    ['accuracy, all non-idealities', markAssumed(formatInterval(all.mean, all.interval, ' %'), all.isAssumed)],
    ['accuracy, ideal device', markAssumed(formatInterval(ideal.mean, ideal.interval, ' %'), ideal.isAssumed)],
    ['cost of all non-idealities', markAssumed(formatInterval(all.cost, all.costInterval, ' points'), all.isAssumed)],
    ['energy of a write', formatEnergy(energy.write)],
    ['energy of a training image', `${formatEnergy(energy.image)}${pulses === '' ? '' : `, ${pulses}`}`],
    [
      'lifetime (mean device)',
      lifetime === null
        ? 'not known'
        : `${markAssumed(`${formatImageCount(lifetime.images)} images`, lifetime.isAssumed)}, ${formatSignificantDigits(lifetime.pulsesPerImage)} pulses per image`,
    ],
    [
      'retention shown',
      retention.demonstrated === null ? 'not known' : `${formatSignificantDigits(retention.demonstrated)} s`,
    ],
    [
      'passive array, writing at V/2',
      halfSelectShare === null
        ? 'not known'
        : `${array.isAssumed ? ASSUMED_MARK : ''}${disturb}, a half-selected pulse makes ${formatPercent(halfSelectShare)} of a full step`,
    ],
    [
      'passive array, reading',
      readLines === null
        ? 'not known'
        : `${ASSUMED_MARK}${readLines} lines at a margin of 10 %, ohmic cells, floating lines`,
    ],
    ['verdict of the fit', measurement === null ? 'no measurement' : measurement.verdict],
  ] as const;
}

/** Draws the accuracies of a passport: ideal, with each non-ideality alone, and with all, with 95 % intervals over seeds. */
export function renderAccuracies(passport: Passport): string {
  const { ideal, all, flaws, protocol } = passport;
  const toEnds = (interval: readonly [number, number] | null) => interval && { low: interval[0], high: interval[1] };
  const flawRows = flaws.map(({ name, accuracy, cost, interval, isAssumed }) => ({
    name: `only ${name}`,
    mean: ideal.mean - cost,
    ...(interval && accuracy.length > 1 && { low: ideal.mean - interval[1], high: ideal.mean - interval[0] }),
    isHollow: isAssumed,
  }));
  const { neurons, train, seeds } = protocol;
  return renderCategoryMeans({
    title: `MNIST accuracy: ${nameDevice(passport)}`,
    subtitle: `${formatCount(neurons, 'neuron')}, ${formatCount(train, 'training image')}, ${formatCount(seeds, 'seed')}; single non-idealities: interval of the paired difference from ideal; hollow: from assumed values`,
    label: 'accuracy (%)',
    rows: [
      { name: 'ideal', mean: ideal.mean, ...toEnds(ideal.interval), isHollow: ideal.isAssumed },
      ...flawRows,
      { name: 'all non-idealities', mean: all.mean, ...toEnds(all.interval), isHollow: all.isAssumed },
    ],
  });
}

const SPECIMEN_COUNT = 25;

/** Draws LTP and LTD trains and the STDP window of simulated devices; null if the device has neither. */
export function renderDeviceCurves(loaded: LoadedDevice): string | null {
  const specimen: SpecimenSet = {
    loaded,
    deviceCount: SPECIMEN_COUNT,
    seed: 1,
    pulseCount: countPulsesThroughRange(loaded),
  };
  const charts = ['pulses', 'stdp'].flatMap((part): TitledChart[] => {
    const result = MEASUREMENTS[part]!(specimen);
    return 'reason' in result ? [] : [{ title: result.title, ...result.chart }];
  });
  const subtitle = `${SPECIMEN_COUNT} simulated devices: median, and band from 5 to 95 %`;
  return charts.length === 0 ? null : renderChartPage({ title: 'Pulses and spike pairs', subtitle }, charts);
}

const LINE = 17;
const VALUE_COLUMN = 220;
const LEFT = 16;
const GAP = 14;

function renderLines(lines: readonly (readonly [name: string, text: string])[], width: number) {
  const wrapped = lines.flatMap(([name, text]) =>
    wrapText(text, FONT_SIZE, width - VALUE_COLUMN - LEFT).map((line, i) => ({ name: i === 0 ? name : '', line })),
  );
  const height = LINE * wrapped.length + GAP;
  const y = (_: unknown, i: number) => LINE * (i + 1);
  const place = { y, textAnchor: 'start', fontSize: FONT_SIZE } as const;
  const marks = [
    Plot.text(wrapped, { ...place, x: () => LEFT, text: ({ name }) => name, fontWeight: 'bold' }),
    Plot.text(wrapped, { ...place, x: () => VALUE_COLUMN, text: ({ line }) => line }),
  ];
  return { svg: renderPixelPlot(width, height, marks), width, height };
}

function measurePicture(svg: string) {
  const [, width, height] = /^<svg [^>]*?width="([\d.]+)" height="([\d.]+)"/.exec(svg)!;
  return { svg, width: Number(width), height: Number(height) };
}

/** Composes the page of a passport: warnings, figures, pictures, missing values, assumed values and origin. */
export function renderPassportPage(passport: Passport, origin: string, pictures: readonly string[]): string {
  const { warnings, missing, assumed, sha256 } = passport;
  const measured = pictures.map(measurePicture);
  const width = Math.max(...measured.map((picture) => picture.width));
  const head = [
    ...warnings.map((text) => ['Read first', text] as const),
    ...listPassportFigures(passport),
    ['missing', missing.join('; ')] as const,
    [
      'assumed',
      assumed.map(({ parameter, value }) => `${parameter} ${String(value)}`).join('; ') || 'nothing',
    ] as const,
    ['origin', `${origin}; SHA-256 of the results ${sha256}`] as const,
  ];
  let y = 0;
  const placed = [renderLines(head, width), ...measured].map(({ svg, height }) => {
    const panel = { x: 0, y, svg };
    y += height + GAP;
    return panel;
  });
  const subtitle = `Device passport. ${ASSUMED_MARK.trim()} and hollow dots: from assumed values`;
  return composePicture(width, y, { title: nameDevice(passport), subtitle }, placed);
}
