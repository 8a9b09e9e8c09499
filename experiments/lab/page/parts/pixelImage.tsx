import { useEffect, useRef } from 'preact/hooks';

interface PixelImageProps {
  /** Darkness of the pixels, 0 to 255, rows × columns; a new array redraws the image. */
  readonly pixels: Uint8Array;
  readonly rows: number;
  readonly columns: number;
  readonly label: string;
}

export function PixelImage({ pixels, rows, columns, label }: PixelImageProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current!.getContext('2d')!;
    const image = context.createImageData(columns, rows);
    for (const [i, darkness] of pixels.entries())
      image.data.set([255 - darkness, 255 - darkness, 255 - darkness, 255], 4 * i);
    context.putImageData(image, 0, 0);
  }, [pixels]);
  return <canvas ref={canvas} width={columns} height={rows} role="img" aria-label={label} />;
}
