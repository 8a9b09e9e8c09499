import { useEffect, useRef } from 'preact/hooks';
import { SEQUENTIAL_RAMP } from '../../../look/plots/colours.ts';

interface PixelImageProps {
  /** Pixel values, which `colourOf` converts to colours; a new array redraws the image. */
  readonly pixelValues: Uint8Array;
  readonly rows: number;
  readonly columns: number;
  readonly label: string;
  /** Colour of a pixel: red, green and blue, 0 to 255. */
  readonly colourOf: (pixel: number) => readonly number[];
}

function PixelImage({ pixelValues, rows, columns, label, colourOf }: PixelImageProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current!.getContext('2d')!;
    const image = context.createImageData(columns, rows);
    for (let i = 0; i < rows * columns; i++) image.data.set([...colourOf(i), 255], 4 * i);
    context.putImageData(image, 0, 0);
  }, [pixelValues, label]);
  return <canvas ref={canvas} width={columns} height={rows} role="img" aria-label={label} />;
}

export const Digit = ({
  pixels,
  ...size
}: Omit<PixelImageProps, 'pixelValues' | 'colourOf'> & { pixels: Uint8Array }) => (
  <PixelImage {...size} pixelValues={pixels} colourOf={(i) => Array(3).fill(255 - pixels[i]!)} />
);

interface ReceptiveFieldProps {
  /** Weights, rows × columns × neurons. */
  readonly weightBytes: Uint8Array;
  readonly rows: number;
  readonly columns: number;
  readonly neuronCount: number;
  readonly neuron: number;
}

export const ReceptiveField = ({ weightBytes, rows, columns, neuronCount, neuron }: ReceptiveFieldProps) => (
  <PixelImage
    pixelValues={weightBytes}
    rows={rows}
    columns={columns}
    label={`receptive field of neuron ${neuron}`}
    colourOf={(i) => SEQUENTIAL_RAMP[weightBytes[i * neuronCount + neuron]!]!}
  />
);
