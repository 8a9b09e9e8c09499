import { UserError } from '../../../../core/declare/errors.ts';
import { formatCount } from '../../../../core/declare/show.ts';
import {
  ALLOW_NON_NEGATIVE,
  ALLOW_POSITIVE,
  type ColumnSpec,
  type MeasuredRow,
  type MeasuredRows,
} from '../import/columns.ts';
import { groupBy } from '../lists.ts';
import { createMeasurementFit, MS_PER_SECOND } from './measurementFit.ts';
import type { MeasurementType } from './measurementType.ts';
import {
  computeShortTermEfficacies,
  createShortTermDeviceSection,
  fitShortTermModels,
  SHORT_TERM_MODEL_NAMES,
} from './shortTerm.ts';

const columns: readonly ColumnSpec[] = [
  {
    role: 'time',
    pattern: /^(time|t|spike time|pulse time|arrival)$/,
    quantity: 'time',
    isOptional: true,
    ...ALLOW_NON_NEGATIVE,
  },
  {
    role: 'spike',
    pattern: /^(spike|pulse|n|no|number|index|spike (no|number|n)|pulse (no|number|n))$/,
    isOptional: true,
    ...ALLOW_NON_NEGATIVE,
  },
  { role: 'frequency', pattern: /^(frequency|freq|rate|f)$/, isOptional: true, ...ALLOW_POSITIVE },
  {
    role: 'interval',
    pattern: /^(interval|isi|ipi|period)$/,
    quantity: 'time',
    defaultUnitExponent: -3,
    isOptional: true,
    ...ALLOW_POSITIVE,
  },
  {
    role: 'response',
    pattern:
      /^(response|amplitude|epsc|psc|epsp|peak|efficacy|conductance|g|current|i|gain|relative (response|amplitude))( amplitude)?$/,
  },
];
const MIN_SPIKES = 4;

/** Reads the spike time, ms: from its column, or from spike number and frequency or interval. */
function createTimeReader({ columnRoles, roleUnits }: MeasuredRows): (row: MeasuredRow) => number {
  if (columnRoles.has('time')) return ({ roleValues }) => roleValues.time! * MS_PER_SECOND;
  const scale = /^khz$/i.test(roleUnits.frequency ?? '') ? MS_PER_SECOND : 1;
  if (columnRoles.has('spike') && columnRoles.has('interval'))
    return ({ roleValues }) => roleValues.spike! * roleValues.interval! * MS_PER_SECOND;
  if (columnRoles.has('spike') && columnRoles.has('frequency'))
    return ({ roleValues }) => (roleValues.spike! * MS_PER_SECOND) / (roleValues.frequency! * scale);
  throw new UserError(
    'no column holds the times of the spikes. Next step: give a column time, or spike with frequency or interval, or --columns time=NAME.',
  );
}

function readSpikeTrains(rows: MeasuredRows) {
  const time = createTimeReader(rows);
  return groupBy(rows.rows, (r) => [r.device, r.roleValues.frequency, r.roleValues.interval]).map((own) => {
    const { device, roleValues, rowLocation: location } = own[0]!;
    if (own.length < MIN_SPIKES)
      throw new UserError(`${location}: the train has ${own.length} spikes, but at least ${MIN_SPIKES} are needed.`);
    if (own.every((r) => r.roleValues.response === 0))
      throw new UserError(`${location}: all synaptic responses of this spike train are 0.`);
    const sorted = own.toSorted((a, b) => time(a) - time(b));
    if (!(time(sorted.at(-1)!) > time(sorted[0]!)))
      throw new UserError(`${location}: all spikes of this spike train are at the same time.`);
    const name = roleValues.frequency === undefined ? device : `${roleValues.frequency} Hz`;
    return { name, spikeTimes: sorted.map(time), responses: sorted.map((r) => r.roleValues.response!) };
  });
}

export const spikeTrainMeasurementType: MeasurementType = {
  helpText: 'responses to spike trains, at one or several frequencies',
  columns,
  matchesColumnRoles: (roles) =>
    roles.has('response') && (roles.has('frequency') || (roles.has('spike') && roles.has('interval'))),
  modelNames: SHORT_TERM_MODEL_NAMES,
  fit: (rows, given) => {
    const trains = readSpikeTrains(rows);
    const times = trains.map(({ spikeTimes }) => spikeTimes);
    const points = (valuesOf: (k: number) => readonly number[]) =>
      times.flatMap((own, k) => valuesOf(k).map((y, i) => ({ x: own[i]! - own[0]!, y, group: String(k) })));
    const fits = fitShortTermModels(trains, true, (factors) => factors, given.requestedModel);
    const fitted = fits.map((f) => {
      const factors = computeShortTermEfficacies(f.name, f.params, times);
      return { ...f, curvePoints: points((k) => factors[k]!.map((v) => f.params.scale! * v)) };
    });
    return createMeasurementFit(fitted, {
      ...createShortTermDeviceSection(fits[0]!),
      notes: [`A short-term factor of 1 is a response of ${fits[0]!.params.scale!.toPrecision(4)}.`],
      plot: {
        title: `${given.sourceFiles}: trains of spikes`,
        subtitle: `${formatCount(trains.length, 'train')}; lines: models, best first`,
        axes: [{ label: 'time since the first spike (ms)' }, { label: 'response' }],
        dots: points((k) => trains[k]!.responses),
      },
    });
  },
};
