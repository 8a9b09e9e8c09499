import { renderFitPicture, renderKindPicture, renderTablePicture } from '../../../../devices/fit/pictures.ts';
import { formatWithPrefix } from '../../../../look/plots/prefix.ts';
import type { FitResult } from '../../../worker/fit.ts';
import { Figure } from '../../parts/figure.tsx';
import { Table } from '../../parts/table.tsx';

const formatNumber = (value: number): string => String(Number(value.toPrecision(4)));
const formatPercent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;
const formatQuantity = (value: number, unit: string): string =>
  unit === ''
    ? formatNumber(value)
    : unit === 'S' || unit === 'A'
      ? formatWithPrefix(value, unit)
      : `${formatNumber(value)} ${unit}`;

const Notes = ({ lines }: { readonly lines: readonly string[] }) => (
  <ul class="hint">
    {lines.map((line) => (
      <li key={line}>{line}</li>
    ))}
  </ul>
);

function PulsesFit({ result, of }: { readonly result: FitResult; readonly of: NonNullable<FitResult['pulses']> }) {
  const { quality, best } = of.fit;
  const title = `${result.name}: measured pulses and fitted models`;
  return (
    <div class="fit">
      <p role="status" data-verdict={quality.verdict}>
        <strong>
          {quality.verdict === 'describes' ? `${best} fits the data` : `No model fits the data; ${best} comes nearest`}
        </strong>
        : RMSE {formatWithPrefix(quality.rmse, 'S')} ({(100 * quality.shareOfRange).toPrecision(2)} % of the range),
        noise floor {formatWithPrefix(quality.noiseFloor, 'S')}.
      </p>
      <Notes lines={[...result.notes, ...quality.reasons]} />
      <Figure name="fit" title={title} svg={renderFitPicture(of.trains, of.fit, title)} />
    </div>
  );
}

function KindFit({ result, of }: { readonly result: FitResult; readonly of: NonNullable<FitResult['other']> }) {
  const { kind, fit } = of;
  const best = fit.models.find(({ name }) => name === fit.best)!;
  const others = fit.models.filter((model) => model !== best);
  return (
    <div class="fit">
      <p role="status" data-kind={kind}>
        <strong>
          {best.name} fits this {kind} measurement best
        </strong>
        : RMSE {formatQuantity(best.rmse, fit.unit)} ({formatPercent(best.share)} of the measured range)
        {others.map(({ name, rmse, share }) => `, ${name} ${formatQuantity(rmse, fit.unit)} (${formatPercent(share)})`)}
        . Added to the present device: {Object.keys(fit.added).join(', ')}.
      </p>
      <Table
        caption={best.name}
        columns={['parameter', 'value', '95 % interval']}
        rows={Object.entries(best.params).map(([name, value]) => [
          name,
          formatNumber(value),
          best.ci[name]?.map(formatNumber).join(' to ') ?? 'not known',
        ])}
      />
      <Notes lines={[...result.notes, ...fit.notes]} />
      <Figure name="fit" title={`${result.name}: ${kind}`} svg={renderKindPicture(fit.plot)} />
    </div>
  );
}

function TableFit({ result, of }: { readonly result: FitResult; readonly of: NonNullable<FitResult['table']> }) {
  const { steps, gMin, gMax, readNoise } = of.fit;
  return (
    <div class="fit">
      <p role="status" data-table>
        <strong>Table of measured steps</strong>: {steps.up.length} rows upwards, {steps.down.length} downwards, from{' '}
        {formatWithPrefix(gMin, 'S')} to {formatWithPrefix(gMax, 'S')}; read noise {formatPercent(readNoise.sd)} of the{' '}
        {readNoise.of === 'range' ? 'range' : 'value'}.
      </p>
      <Notes lines={result.notes} />
      <Figure
        name="fit"
        title={`${result.name}: measured steps`}
        svg={renderTablePicture(of.trains, of.fit, of.simulated, `${result.name}: measured steps`)}
      />
    </div>
  );
}

/** Result of a fit: verdict, parameters, notes and plot. */
export function FitView({ result }: { readonly result: FitResult }) {
  if (result.pulses) return <PulsesFit result={result} of={result.pulses} />;
  if (result.table) return <TableFit result={result} of={result.table} />;
  if (result.other) return <KindFit result={result} of={result.other} />;
  return <p role="status">{result.name} is used unchanged.</p>;
}
