import { fitPicture } from '../../../../devices/fit/picture.ts';
import { withPrefix } from '../../../../look/plots/prefix.ts';
import type { FitTold } from '../../../worker/fit.ts';
import { Figure } from '../../parts/figure.tsx';

/** What a fit found: its verdict first. */
export function Fit({ told }: { readonly told: FitTold }) {
  const { fit, trains, understood } = told;
  if (fit === undefined) return <p role="status">{told.name} is taken as it is.</p>;
  const { quality, best } = fit;
  return (
    <div class="fit">
      <p role="status" data-verdict={quality.verdict}>
        <strong>
          {quality.verdict === 'describes' ? `${best} describes it` : `No model describes it; ${best} comes nearest`}
        </strong>
        : it misses readings by {withPrefix(quality.rmse, 'S')} ({(100 * quality.shareOfRange).toPrecision(2)} % of the
        range), noise alone makes {withPrefix(quality.noiseFloor, 'S')}.
      </p>
      <ul class="hint">
        {[...understood, ...quality.reasons].map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <Figure
        name="fit"
        title={`${told.name}: measured pulses and fitted models`}
        svg={fitPicture(trains, fit, `${told.name}: measured pulses and fitted models`)}
      />
    </div>
  );
}
