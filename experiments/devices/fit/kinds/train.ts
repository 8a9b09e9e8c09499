import { UserError } from '../../../../core/declare/errors.ts';
import { formatCount } from '../../../../core/declare/show.ts';
import { anyNumber, type Column, nonNegativeNumber, positive, type Row, type Rows } from '../import/columns.ts';
import { groupBy } from '../lists.ts';
import type { Kind } from './kind.ts';
import { createKindFit, SECOND } from './kindFit.ts';
import { computeEfficacies, createShortTermParts, fitShortTerm, SHORT_TERMS, type SpikeTrain } from './shortTerm.ts';

const columns: readonly Column[] = [
  {
    role: 'time',
    pattern: /^(time|t|spike time|pulse time|arrival)$/,
    quantity: 'time',
    isOptional: true,
    ...nonNegativeNumber,
  },
  {
    role: 'spike',
    pattern: /^(spike|pulse|n|no|number|index|spike (no|number|n)|pulse (no|number|n))$/,
    isOptional: true,
    ...nonNegativeNumber,
  },
  { role: 'frequency', pattern: /^(frequency|freq|rate|f)$/, isOptional: true, ...positive },
  {
    role: 'interval',
    pattern: /^(interval|isi|ipi|period)$/,
    quantity: 'time',
    exponent: -3,
    isOptional: true,
    ...positive,
  },
  {
    role: 'response',
    pattern:
      /^(response|amplitude|epsc|psc|epsp|peak|efficacy|conductance|g|current|i|gain|relative (response|amplitude))( amplitude)?$/,
    ...anyNumber,
  },
];
const MIN_SPIKES = 4;

/** Time of a spike, ms: from its column, or from spike number and frequency or interval. */
function timeOf({ roles, units }: Rows): (row: Row) => number {
  if (roles.has('time')) return ({ values }) => values.time! * SECOND;
  const scale = /^khz$/i.test(units.frequency ?? '') ? SECOND : 1;
  if (roles.has('spike') && roles.has('interval')) return ({ values }) => values.spike! * values.interval! * SECOND;
  if (roles.has('spike') && roles.has('frequency'))
    return ({ values }) => (values.spike! * SECOND) / (values.frequency! * scale);
  throw new UserError(
    'no column holds the times of the spikes. Next step: give a column time, or spike with frequency or interval, or --columns time=NAME.',
  );
}

function trainsOf(rows: Rows): (SpikeTrain & { readonly name: string })[] {
  const time = timeOf(rows);
  return groupBy(rows.rows, (r) => [r.device, r.values.frequency, r.values.interval]).map((own) => {
    const { device, values, where } = own[0]!;
    if (own.length < MIN_SPIKES)
      throw new UserError(`${where}: this train has ${own.length} spikes, but at least ${MIN_SPIKES} are needed.`);
    if (own.every((r) => r.values.response === 0)) throw new UserError(`${where}: all responses of this train are 0.`);
    const sorted = own.toSorted((a, b) => time(a) - time(b));
    if (!(time(sorted.at(-1)!) > time(sorted[0]!)))
      throw new UserError(`${where}: all spikes of this train are at the same time.`);
    const name = values.frequency === undefined ? device : `${values.frequency} Hz`;
    return { name, times: sorted.map(time), responses: sorted.map((r) => r.values.response!) };
  });
}

export const trainKind: Kind = {
  help: 'responses to spike trains, at one or several frequencies',
  columns,
  matches: (roles) =>
    roles.has('response') && (roles.has('frequency') || (roles.has('spike') && roles.has('interval'))),
  models: SHORT_TERMS,
  fit: (rows, given) => {
    const trains = trainsOf(rows);
    const points = (valuesOf: (k: number) => readonly number[]) =>
      trains.flatMap(({ times }, k) => valuesOf(k).map((y, i) => ({ x: times[i]! - times[0]!, y, group: String(k) })));
    const fits = fitShortTerm(trains, true, (factors) => factors, given.model);
    const fitted = fits.map((f) => {
      const factors = computeEfficacies(
        f.name,
        f.params,
        trains.map(({ times }) => times),
      );
      return {
        ...f,
        label: `${f.name}, rmse ${f.rmse.toPrecision(3)}`,
        points: points((k) => factors[k]!.map((v) => f.params.scale! * v)),
      };
    });
    return createKindFit(fitted, {
      ...createShortTermParts(fits[0]!),
      notes: [`A short-term factor of 1 is a response of ${fits[0]!.params.scale!.toPrecision(4)}.`],
      plot: {
        title: `${given.source}: trains of spikes`,
        subtitle: `${formatCount(trains.length, 'train')}; lines: models, best first`,
        axes: [{ label: 'time since the first spike (ms)' }, { label: 'response' }],
        dots: points((k) => trains[k]!.responses),
      },
      unit: '',
    });
  },
};
