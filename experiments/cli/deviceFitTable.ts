import type { Base } from '../devices/fit/kinds/onto.ts';
import type { Measurement } from '../devices/fit/readPulses.ts';
import { tableParts } from '../devices/fit/table/deviceParts.ts';
import { decileMoments, momentsOf } from '../devices/fit/table/moments.ts';
import { tablePicture } from '../devices/fit/table/picture.ts';
import { simulatedTrains } from '../devices/fit/table/simulate.ts';
import { fitTable } from '../devices/fit/table/table.ts';
import { digits } from '../look/digits.ts';
import type { ResultDirectory } from '../output/results.ts';
import { columns } from './columns.ts';
import { writeDevice } from './deviceFitKind.ts';
import { quoted } from './quoted.ts';

interface TableCall {
  readonly source: string;
  readonly measurement: Measurement;
  readonly base: Base | undefined;
  readonly directory: ResultDirectory | undefined;
  readonly json: boolean;
}

/** `device fit --model table`: the steps as they were measured. */
export function fitAsTable({ source, measurement, base, directory, json }: TableCall): void {
  const { trains, understood } = measurement;
  const fit = fitTable(trains);
  const simulated = simulatedTrains(trains, fit, 1);
  const deciles = decileMoments(trains, simulated).map(({ measured, simulated: made, ...rest }) => ({
    ...rest,
    measured: momentsOf(measured),
    simulated: momentsOf(made),
  }));
  const { gMin, gMax, between, steps, readNoise } = fit;
  const rows = { up: steps.up.length, down: steps.down.length };
  const { parts, assumed, how } = tableParts(fit, trains, source);
  const summary = { model: 'table', gMin, gMax, between, assumed, rows, readNoise, deciles, understood };
  directory?.make();
  const written = writeDevice(base, parts, assumed, how, directory);
  directory?.picture('fit', tablePicture(trains, fit, simulated, `${source}: steps as they were measured`));
  directory?.finish(summary);
  if (json) {
    console.log(JSON.stringify(summary, null, 2));
    return;
  }
  console.log(
    columns([
      ['range', `${digits(gMin)} to ${digits(gMax)} S`],
      ...Object.entries(assumed).map(([path, why]) => [path.replace('device.', ''), `assumed: ${why}`]),
      ...(between.min + between.max > 0
        ? [['between devices', `${digits(100 * between.min)} % of gMin, ${digits(100 * between.max)} % of gMax`]]
        : []),
      ['rows of the table', `${rows.up} up, ${rows.down} down`],
      ['a reading', `${digits(100 * readNoise.sd)} % of ${readNoise.of === 'range' ? 'the range' : 'its value'}`],
    ]),
  );
  console.log(
    `\nFrom one reading to the next, by deciles of the conductance:\n${columns([
      ['', 'from (S)', 'to (S)', 'steps', 'mean (S)', 'simulated', 'sd (S)', 'simulated'],
      ...deciles.map((d) => [
        ...[d.direction, digits(d.from), digits(d.to), String(d.measured.count)],
        ...[d.measured.mean, d.simulated.mean, d.measured.sd, d.simulated.sd].map((v) =>
          Number.isNaN(v) ? '-' : digits(v),
        ),
      ]),
    ])}`,
  );
  if (written.notes.length > 0) console.log(`\n${written.notes.join('\n')}`);
  if (written.path !== undefined)
    console.log(`\nIn ${written.path}. Try it: memspike mnist --device ${quoted(written.path)}`);
}
