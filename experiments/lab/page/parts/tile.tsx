import { useEffect, useRef } from 'preact/hooks';
import { RAMP } from '../../../look/plots/ramp.ts';

/** The receptive field of one neuron. @param levels a byte a weight, rows × columns × neurons */
export function Tile({
  levels,
  rows,
  columns,
  neurons,
  neuron,
}: {
  readonly levels: Uint8Array;
  readonly rows: number;
  readonly columns: number;
  readonly neurons: number;
  readonly neuron: number;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current!.getContext('2d')!;
    const image = context.createImageData(columns, rows);
    for (let i = 0; i < rows * columns; i++) {
      image.data.set(RAMP[levels[i * neurons + neuron]!]!, 4 * i);
      image.data[4 * i + 3] = 255;
    }
    context.putImageData(image, 0, 0);
  }, [levels, neuron]);
  return (
    <canvas ref={canvas} width={columns} height={rows} role="img" aria-label={`receptive field of neuron ${neuron}`} />
  );
}
