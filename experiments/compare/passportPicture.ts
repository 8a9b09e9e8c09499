import * as Plot from '@observablehq/plot';
import { renderChartPage, type TitledChart } from '../devices/characterise/page.ts';
import { MEASUREMENTS } from '../devices/characterise/parts/index.ts';
import { countPulsesThroughRange, type SpecimenSet } from '../devices/characterise/specimens.ts';
import type { LoadedDevice } from '../devices/load.ts';
import { formatPercent, formatSignificantDigits } from '../look/digits.ts';
import { describeAssumedPulses, formatJoules } from '../look/energyText.ts';
import { renderPixelPlot } from '../look/plots/panel.ts';
import { composePicture, FONT_SIZE, wrapText } from '../look/plots/style.ts';
import { ASSUMED_MARK, formatImageCount, nameDevice } from './league.ts';
import { formatInterval } from './passportCosts.ts';
import type { Passport } from './passportSchema.ts';

const markAssumed = (text: string, isAssumed: boolean) => (isAssumed ? `${ASSUMED_MARK}${text}` : text);

/** Lists the figures of a device passport as name and text, with energies and limits. */
export function listPassportFigures(passport: Passport) {
  const { ideal, all, energy, system, lifetime, retention, array, measurement } = passport;
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
    ...(system?.figures ?? []).map(({ label, value, note }) => [label, `${value}${note && `, ${note}`}`] as const),
    [
      'lifetime (mean device)',
      lifetime === null
        ? 'not known'
        : `${markAssumed(`${formatImageCount(lifetime.images)} images`, lifetime.isAssumed)}, ${formatSignificantDigits(lifetime.pulsesPerImage)} pulses per image, ${formatPercent(lifetime.wornOut)} of the devices worn out after training`,
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
        : `${ASSUMED_MARK}${readLines} lines at a margin of 10 %, floating lines, current at V assumed ${array.currentRatio} times that at V/2 (ohmic cells)`,
    ],
    ['verdict of the fit', measurement === null ? 'no measurement' : measurement.verdict],
  ] as const;
}

const SPECIMEN_COUNT = 25;

/** Draws LTP and LTD pulse responses and the STDP window of simulated devices; null if both are missing. */
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

/** Composes the page of a device passport: warnings, figures, pictures, missing values, assumed values and origin. */
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
