import { useEffect, useRef, useState } from 'preact/hooks';
import { drawStrokes, type Stroke } from '../../strokes.ts';

interface PadProps {
  readonly strokes: readonly Stroke[];
  readonly onChange: (strokes: readonly Stroke[]) => void;
}

/** Side of the pad and width of a stroke, pixels. */
const SIDE = 320;
const PEN_WIDTH = 24;
/** Distance from the pointer within which a stroke is erased, as a fraction of the side. */
const ERASER_RADIUS = 0.06;
const ring = (cx: number, cy: number, rx: number, ry: number): Stroke =>
  Array.from({ length: 25 }, (_, i) => ({
    x: cx + rx * Math.sin((i / 12) * Math.PI),
    y: cy - ry * Math.cos((i / 12) * Math.PI),
  }));
const line = (...xy: readonly number[]): Stroke =>
  Array.from({ length: xy.length / 2 }, (_, i) => ({ x: xy[2 * i]!, y: xy[2 * i + 1]! }));
/** Strokes of digits, for input by keyboard. */
const DIGIT_STROKES: Readonly<Record<string, readonly Stroke[]>> = {
  0: [ring(0.5, 0.5, 0.2, 0.3)],
  1: [line(0.52, 0.2, 0.48, 0.8)],
  2: [line(0.33, 0.34, 0.4, 0.24, 0.52, 0.2, 0.64, 0.27, 0.65, 0.4, 0.5, 0.58, 0.32, 0.78, 0.7, 0.78)],
  3: [line(0.33, 0.25, 0.6, 0.22, 0.66, 0.34, 0.5, 0.48, 0.66, 0.58, 0.66, 0.72, 0.5, 0.8, 0.32, 0.75)],
  4: [line(0.35, 0.2, 0.3, 0.52, 0.68, 0.5), line(0.64, 0.22, 0.6, 0.82)],
  7: [line(0.3, 0.25, 0.7, 0.25, 0.48, 0.8)],
};

const distanceTo = (stroke: Stroke, x: number, y: number): number =>
  stroke.reduce((least, p) => Math.min(least, Math.hypot(p.x - x, p.y - y)), Infinity);

/** Square on which the user draws a digit. */
export function DrawingPad({ strokes, onChange }: PadProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const stroke = useRef<{ x: number; y: number }[]>();
  const [isErasing, setErasing] = useState(false);
  useEffect(() => {
    const context = canvas.current!.getContext('2d')!;
    context.clearRect(0, 0, SIDE, SIDE);
    context.strokeStyle = getComputedStyle(canvas.current!).color;
    drawStrokes(context, strokes, PEN_WIDTH, SIDE);
  }, [strokes]);
  const positionOf = (event: PointerEvent) => {
    const box = canvas.current!.getBoundingClientRect();
    return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
  };
  const erase = (event: PointerEvent) => {
    const { x, y } = positionOf(event);
    const remaining = strokes.filter((stroke) => distanceTo(stroke, x, y) > ERASER_RADIUS);
    if (remaining.length < strokes.length) onChange(remaining);
  };
  const startStroke = (event: PointerEvent) => {
    event.preventDefault();
    canvas.current!.setPointerCapture(event.pointerId);
    stroke.current = [positionOf(event)];
    if (isErasing) erase(event);
    else onChange([...strokes, stroke.current]);
  };
  const continueStroke = (event: PointerEvent) => {
    if (stroke.current === undefined) return;
    if (isErasing) return erase(event);
    stroke.current = [...stroke.current, positionOf(event)];
    onChange([...strokes.slice(0, -1), stroke.current]);
  };
  const endStroke = () => {
    stroke.current = undefined;
  };
  const onKey = (event: KeyboardEvent) => {
    const digit = DIGIT_STROKES[event.key];
    if (digit) onChange(digit);
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
        aria-label="Pad for drawing a digit; keys 0, 1, 2, 3, 4 and 7 draw one, Backspace removes the last stroke"
        data-erasing={isErasing}
        onPointerDown={startStroke}
        onPointerMove={continueStroke}
        onPointerUp={endStroke}
        onPointerCancel={endStroke}
        onKeyDown={onKey}
      />
      <p class="actions">
        <button type="button" aria-pressed={isErasing} onClick={() => setErasing(!isErasing)}>
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
