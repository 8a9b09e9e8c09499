import { confusionMatrix } from '../../../../look/plots/confusionMatrix.ts';
import type { TrainingResult, WrongAnswer } from '../../../worker/train.ts';
import { Figure } from '../../parts/figure.tsx';
import { Digit } from '../../parts/pixelImage.tsx';

/** Answer as text; "none" if no neuron fired. */
const formatAnswer = ({ answer }: WrongAnswer): string => (answer === 255 ? 'none' : String(answer));

export function TrainingResultView({ name, result }: { readonly name: string; readonly result: TrainingResult }) {
  const { accuracy, interval, confusion, wrong, rows, columns, facts } = result;
  const matrix = confusionMatrix({ matrix: confusion });
  const csv = () =>
    ['true,predicted,images', ...confusion.map((n, k) => `${Math.floor(k / 10)},${k % 10},${n}`)].join('\n');
  const readingAt = (x: number, y: number): string | undefined => {
    const [column, row] = [Math.floor((x - 60) / 46), Math.floor((y - 80) / 46)];
    if (column < 0 || row < 0 || column > 9 || row > 9) return undefined;
    return `${row} classified as ${column}: ${confusion[10 * row + column]!.toLocaleString('en')} images`;
  };
  return (
    <div class="result" data-rate={String(facts.imagesPerSecond)}>
      <p class="score">
        <strong>{accuracy.toFixed(2)} %</strong> of {Number(facts.testImages).toLocaleString('en')} test images correct
        (95 % interval {interval.low.toFixed(2)} to {interval.high.toFixed(2)} %)
      </p>
      {facts.warnings.map((warning) => (
        <p key={warning} class="hint">
          {warning}
        </p>
      ))}
      <p class="hint">
        weightsSha256 <code data-hash={facts.weightsSha256}>{facts.weightsSha256}</code>
      </p>
      <Figure name={`confusion-matrix-${name}`} title="Confusion matrix" svg={matrix} csv={csv} readingAt={readingAt} />
      {wrong.length > 0 && (
        <details>
          <summary>First {wrong.length} wrong answers</summary>
          <ul class="digits">
            {wrong.map((one) => (
              <li key={one.image}>
                <Digit pixels={one.pixels} rows={rows} columns={columns} label={`test image ${one.image}`} />
                {one.label} → {formatAnswer(one)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
