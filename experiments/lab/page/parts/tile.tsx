import { useEffect, useRef } from 'preact/hooks';
import { RAMP } from '../../../look/plots/ramp.ts';

const SIDE = 28;

/** The receptive field of one neuron. @param levels a byte a weight, pixels × neurons */
export function Tile({
  levels,
  neurons,
  neuron,
}: {
  readonly levels: Uint8Array;
  readonly neurons: number;
  readonly neuron: number;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current!.getContext('2d')!;
    const image = context.createImageData(SIDE, SIDE);
    for (let i = 0; i < SIDE * SIDE; i++) {
      image.data.set(RAMP[levels[i * neurons + neuron]!]!, 4 * i);
      image.data[4 * i + 3] = 255;
    }
    context.putImageData(image, 0, 0);
  }, [levels, neuron]);
  return (
    <canvas ref={canvas} width={SIDE} height={SIDE} role="img" aria-label={`receptive field of neuron ${neuron}`} />
  );
}
