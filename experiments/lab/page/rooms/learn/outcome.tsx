import { useEffect, useRef } from 'preact/hooks';
import { confusionMatrix } from '../../../../look/plots/confusionMatrix.ts';
import type { Trained, WrongAnswer } from '../../../worker/train.ts';
import { Figure } from '../../parts/figure.tsx';
import type { Trainer } from '../../trainer.ts';

/** A digit in grey, ink on paper. */
export function Digit({
  pixels,
  rows,
  columns,
  label,
}: {
  readonly pixels: Uint8Array;
  readonly rows: number;
  readonly columns: number;
  readonly label: string;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current!.getContext('2d')!;
    const image = context.createImageData(columns, rows);
    pixels.forEach((grey, i) => {
      image.data.fill(255 - grey, 4 * i, 4 * i + 3);
      image.data[4 * i + 3] = 255;
    });
    context.putImageData(image, 0, 0);
  }, [pixels]);
  return <canvas ref={canvas} width={columns} height={rows} role="img" aria-label={label} />;
}

const answerOf = ({ answer }: WrongAnswer): string => (answer === 255 ? 'none' : String(answer));

/** What came out: test accuracy, hash, confusion matrix, wrong answers. */
export function Outcome({ trainer, result }: { readonly trainer: Trainer; readonly result: Trained }) {
  const { accuracy, interval, confusion, wrong, rows, columns, facts } = result;
  const matrix = confusionMatrix({ matrix: confusion });
  const side = trainer.side === 0 ? 'a' : 'b';
  const csv = () =>
    ['true,predicted,images', ...confusion.map((n, k) => `${Math.floor(k / 10)},${k % 10},${n}`)].join('\n');
  const reading = (x: number, y: number): string | undefined => {
    const [column, row] = [Math.floor((x - 60) / 46), Math.floor((y - 80) / 46)];
    if (column < 0 || row < 0 || column > 9 || row > 9) return undefined;
    return `a ${row} taken for a ${column}: ${confusion[10 * row + column]!.toLocaleString('en')} images`;
  };
  return (
    <div class="outcome" data-rate={String(facts.imagesPerSecond)}>
      <p class="score">
        <strong>{accuracy.toFixed(2)} %</strong> of {Number(facts.testImages).toLocaleString('en')} test images right
        (95 % interval {interval.low.toFixed(2)} to {interval.high.toFixed(2)} %)
      </p>
      {facts.warnings.map((warning) => (
        <p key={warning} class="hint">
          {warning}
        </p>
      ))}
      <p class="hash">
        weightsSha256 <code data-hash={facts.weightsSha256}>{facts.weightsSha256}</code>
      </p>
      <Figure name={`confusion-matrix-${side}`} title="Confusion matrix" svg={matrix} csv={csv} reading={reading} />
      {wrong.length > 0 && (
        <details>
          <summary>The first {wrong.length} wrong answers</summary>
          <ul class="digits">
            {wrong.map((one) => (
              <li key={one.image}>
                <Digit pixels={one.pixels} rows={rows} columns={columns} label={`test image ${one.image}`} />
                {one.label} → {answerOf(one)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
