import { kindPicture } from '../../../../devices/fit/kinds/picture.ts';
import { fitPicture } from '../../../../devices/fit/picture.ts';
import { tablePicture } from '../../../../devices/fit/table/picture.ts';
import { withPrefix } from '../../../../look/plots/prefix.ts';
import type { FitTold } from '../../../worker/fit.ts';
import { Figure } from '../../parts/figure.tsx';

const digits = (value: number): string => String(Number(value.toPrecision(4)));
const percent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;
const amount = (value: number, unit: string): string =>
  unit === '' ? digits(value) : unit === 'S' || unit === 'A' ? withPrefix(value, unit) : `${digits(value)} ${unit}`;

const Lines = ({ lines }: { readonly lines: readonly string[] }) => (
  <ul class="hint">
    {lines.map((line) => (
      <li key={line}>{line}</li>
    ))}
  </ul>
);

/** A fit of pulses. */
function OfPulses({ told, of }: { readonly told: FitTold; readonly of: NonNullable<FitTold['pulses']> }) {
  const { quality, best } = of.fit;
  const title = `${told.name}: measured pulses and fitted models`;
  return (
    <div class="fit">
      <p role="status" data-verdict={quality.verdict}>
        <strong>
          {quality.verdict === 'describes' ? `${best} describes it` : `No model describes it; ${best} comes nearest`}
        </strong>
        : it misses readings by {withPrefix(quality.rmse, 'S')} ({(100 * quality.shareOfRange).toPrecision(2)} % of the
        range), noise alone makes {withPrefix(quality.noiseFloor, 'S')}.
      </p>
      <Lines lines={[...told.understood, ...quality.reasons]} />
      <Figure name="fit" title={title} svg={fitPicture(of.trains, of.fit, title)} />
    </div>
  );
}

/** A fit of another kind of measurement: its models, and what the best of them tells. */
function OfOther({ told, of }: { readonly told: FitTold; readonly of: NonNullable<FitTold['other']> }) {
  const { kind, fit } = of;
  const best = fit.models.find(({ name }) => name === fit.best)!;
  const others = fit.models.filter((model) => model !== best);
  return (
    <div class="fit">
      <p role="status" data-kind={kind}>
        <strong>
          {best.name} fits this {kind} measurement best
        </strong>
        : it misses readings by {amount(best.rmse, fit.unit)} ({percent(best.share)} of what they span)
        {others.map(({ name, rmse, share }) => `, ${name} by ${amount(rmse, fit.unit)} (${percent(share)})`)}. Added
        onto the device at hand: {Object.keys(fit.added).join(', ')}.
      </p>
      <table>
        <caption>{best.name}</caption>
        <thead>
          <tr>
            <th scope="col">parameter</th>
            <th scope="col">value</th>
            <th scope="col">95 % interval</th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(best.params).map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{digits(value)}</td>
              <td>{best.ci[name]?.map(digits).join(' to ') ?? 'not told'}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Lines lines={[...told.understood, ...fit.notes]} />
      <Figure name="fit" title={`${told.name}: ${kind}`} svg={kindPicture(fit.plot)} />
    </div>
  );
}

/** A table of pulses: no equation, the steps as they were measured. */
function OfTable({ told, of }: { readonly told: FitTold; readonly of: NonNullable<FitTold['table']> }) {
  const { steps, gMin, gMax, readNoise } = of.fit;
  return (
    <div class="fit">
      <p role="status" data-table>
        <strong>The steps as they were measured</strong>: {steps.up.length} rows upwards, {steps.down.length} downwards,
        from {withPrefix(gMin, 'S')} to {withPrefix(gMax, 'S')}; a reading scatters by {percent(readNoise.sd)} of{' '}
        {readNoise.of === 'range' ? 'the range' : 'its value'}.
      </p>
      <Lines lines={told.understood} />
      <Figure
        name="fit"
        title={`${told.name}: steps as they were measured`}
        svg={tablePicture(of.trains, of.fit, of.simulated, `${told.name}: steps as they were measured`)}
      />
    </div>
  );
}

/** What a fit found: its verdict first. */
export function Fit({ told }: { readonly told: FitTold }) {
  if (told.pulses) return <OfPulses told={told} of={told.pulses} />;
  if (told.table) return <OfTable told={told} of={told.table} />;
  if (told.other) return <OfOther told={told} of={told.other} />;
  return <p role="status">{told.name} is taken as it is.</p>;
}
