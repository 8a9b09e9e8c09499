import { useEffect, useRef, useState } from 'preact/hooks';
import type { Stroke } from '../../drawn.ts';

interface PadProps {
  readonly strokes: readonly Stroke[];
  readonly onChange: (strokes: readonly Stroke[]) => void;
}

const SIDE = 320;
const PEN = 24;
/** A stroke is erased where the pointer comes this near, as a share of the side. */
const NEAR = 0.06;
/** Strokes of digits for who draws with the keyboard. */
const ring = (cx: number, cy: number, rx: number, ry: number): Stroke =>
  Array.from({ length: 25 }, (_, i) => ({
    x: cx + rx * Math.sin((i / 12) * Math.PI),
    y: cy - ry * Math.cos((i / 12) * Math.PI),
  }));
const line = (...xy: readonly number[]): Stroke =>
  Array.from({ length: xy.length / 2 }, (_, i) => ({ x: xy[2 * i]!, y: xy[2 * i + 1]! }));
const KEYS: Readonly<Record<string, readonly Stroke[]>> = {
  0: [ring(0.5, 0.5, 0.2, 0.3)],
  1: [line(0.52, 0.2, 0.48, 0.8)],
  2: [line(0.33, 0.34, 0.4, 0.24, 0.52, 0.2, 0.64, 0.27, 0.65, 0.4, 0.5, 0.58, 0.32, 0.78, 0.7, 0.78)],
  3: [line(0.33, 0.25, 0.6, 0.22, 0.66, 0.34, 0.5, 0.48, 0.66, 0.58, 0.66, 0.72, 0.5, 0.8, 0.32, 0.75)],
  4: [line(0.35, 0.2, 0.3, 0.52, 0.68, 0.5), line(0.64, 0.22, 0.6, 0.82)],
  7: [line(0.3, 0.25, 0.7, 0.25, 0.48, 0.8)],
};

const nearest = (stroke: Stroke, x: number, y: number): number =>
  stroke.reduce((least, p) => Math.min(least, Math.hypot(p.x - x, p.y - y)), Infinity);

/** A square to write on. */
export function Pad({ strokes, onChange }: PadProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const drawing = useRef<{ x: number; y: number }[]>();
  const [erasing, setErasing] = useState(false);
  useEffect(() => {
    const context = canvas.current!.getContext('2d')!;
    context.clearRect(0, 0, SIDE, SIDE);
    context.lineWidth = PEN;
    context.lineCap = 'round';
    context.lineJoin = 'round';
    context.strokeStyle = getComputedStyle(canvas.current!).color;
    for (const stroke of strokes) {
      context.beginPath();
      for (const [i, { x, y }] of stroke.entries()) {
        if (i === 0) context.moveTo(x * SIDE, y * SIDE);
        context.lineTo(x * SIDE, y * SIDE);
      }
      context.stroke();
    }
  }, [strokes]);
  const at = (event: PointerEvent) => {
    const box = canvas.current!.getBoundingClientRect();
    return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
  };
  const erase = (event: PointerEvent) => {
    const { x, y } = at(event);
    const left = strokes.filter((stroke) => nearest(stroke, x, y) > NEAR);
    if (left.length < strokes.length) onChange(left);
  };
  const begin = (event: PointerEvent) => {
    event.preventDefault();
    canvas.current!.setPointerCapture(event.pointerId);
    drawing.current = [at(event)];
    if (erasing) erase(event);
    else onChange([...strokes, drawing.current]);
  };
  const go = (event: PointerEvent) => {
    if (drawing.current === undefined) return;
    if (erasing) return erase(event);
    drawing.current = [...drawing.current, at(event)];
    onChange([...strokes.slice(0, -1), drawing.current]);
  };
  const end = () => {
    drawing.current = undefined;
  };
  const key = (event: KeyboardEvent) => {
    const typed = KEYS[event.key];
    if (typed) onChange(typed);
    else if (event.key === 'Backspace') onChange(strokes.slice(0, -1));
    else if (event.key === 'Delete') onChange([]);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <canvas
        ref={canvas}
        class="pad"
        width={SIDE}
        height={SIDE}
        tabindex={0}
        role="img"
        aria-label="Pad to write a digit on; keys 0, 1, 2, 3, 4 and 7 write one, Backspace takes the last stroke away"
        data-erasing={erasing}
        onPointerDown={begin}
        onPointerMove={go}
        onPointerUp={end}
        onPointerCancel={end}
        onKeyDown={key}
      />
      <p class="actions">
        <button type="button" aria-pressed={erasing} onClick={() => setErasing(!erasing)}>
          Eraser
        </button>
        <button type="button" disabled={strokes.length === 0} onClick={() => onChange(strokes.slice(0, -1))}>
          Undo
        </button>
        <button type="button" disabled={strokes.length === 0} onClick={() => onChange([])}>
          Clear
        </button>
      </p>
    </>
  );
}
