import { useState } from 'preact/hooks';
import { ErrorBox } from '../../parts/form.tsx';

/** Entries of a JSON Schema of a number. */
export interface NumberSchema {
  readonly type?: unknown;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

interface SliderProps {
  readonly name: string;
  readonly help: string;
  readonly source: string;
  readonly schema: NumberSchema;
  /** Value of the parameter; undefined if the parameter is omitted. */
  readonly value: number | undefined;
  readonly onSet: (value: number) => void;
}

const POSITIONS = 200;
/** Minimum ratio of the limits of a range for a logarithmic slider. */
const MIN_LOG_RATIO = 50;

interface Range {
  readonly low: number;
  readonly high: number;
  readonly isLog: boolean;
}

/** Range of a slider: the range of the schema if it is finite, else a factor of 100 around the value. */
function rangeOf(
  { minimum, maximum, exclusiveMinimum, exclusiveMaximum, default: initial, type }: NumberSchema,
  value: number,
): Range {
  const lowest = minimum ?? exclusiveMinimum;
  const highest = maximum ?? exclusiveMaximum;
  const scale = Math.abs(value) || Math.abs(Number(initial ?? 0)) || 1;
  if (lowest !== undefined && highest !== undefined && Number.isFinite(highest - lowest)) {
    const isLog = lowest > 0 && highest / lowest > MIN_LOG_RATIO;
    return { low: lowest, high: highest, isLog };
  }
  if (lowest !== undefined && lowest >= 0) {
    const low = type === 'integer' ? Math.max(1, lowest) : scale / 100;
    return value === 0
      ? { low: lowest, high: scale, isLog: false }
      : { low, high: Math.max(scale * 100, low * 2), isLog: true };
  }
  return {
    low: Math.max(lowest ?? -Infinity, value - 10 * scale),
    high: Math.min(highest ?? Infinity, value + 10 * scale),
    isLog: false,
  };
}

const toPosition = ({ low, high, isLog }: Range, value: number): number =>
  Math.round(POSITIONS * (isLog ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low)));
const fromPosition = ({ low, high, isLog }: Range, position: number): number => {
  const fraction = position / POSITIONS;
  return Number((isLog ? low * (high / low) ** fraction : low + fraction * (high - low)).toPrecision(3));
};

/** Slider and text field of a number, with its meaning and source. Text that is not a number gives an error and changes nothing. */
export function Slider({ name, help, source, schema, value, onSet }: SliderProps) {
  const shown = value ?? Number(schema.default ?? 0);
  const [text, setText] = useState<string>();
  const [range, setRange] = useState<Range>(() => rangeOf(schema, shown));
  const isWhole = schema.type === 'integer';
  const number = text === undefined ? shown : Number(text);
  const errorMessage =
    text !== undefined && (text.trim() === '' || !Number.isFinite(number))
      ? `${name} is ${JSON.stringify(text)}, but must be a number.`
      : undefined;
  const set = (next: number) => onSet(isWhole ? Math.round(next) : next);
  return (
    <div class="slider">
      <label>
        <span class="name">{name}</span>
        <input
          type="range"
          min={0}
          max={POSITIONS}
          value={toPosition(range, shown)}
          aria-label={name}
          aria-valuetext={String(shown)}
          onInput={({ currentTarget }) => {
            setText(undefined);
            set(fromPosition(range, Number(currentTarget.value)));
          }}
        />
      </label>
      <input
        type="text"
        inputMode="decimal"
        aria-label={`${name}, as a number`}
        aria-invalid={errorMessage !== undefined}
        value={text ?? String(value ?? '')}
        placeholder="none"
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
          const next = Number(currentTarget.value);
          if (currentTarget.value.trim() !== '' && Number.isFinite(next)) {
            set(next);
            setRange(rangeOf(schema, next));
          }
        }}
        onBlur={() => errorMessage === undefined && setText(undefined)}
      />
      <p class="hint">
        {help}; {source}
      </p>
      <ErrorBox text={errorMessage} />
    </div>
  );
}
