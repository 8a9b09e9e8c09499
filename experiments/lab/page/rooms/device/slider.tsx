import { useState } from 'preact/hooks';

/** What a JSON Schema tells of a number. */
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
  /** Undefined: left out. */
  readonly value: number | undefined;
  readonly onSet: (value: number) => void;
}

const STEPS = 200;
/** A range that reaches this far is walked through in equal ratios. */
const WIDE = 50;

interface Range {
  readonly low: number;
  readonly high: number;
  readonly isLog: boolean;
}

/** What a slider reaches: the schema's range where it is finite, else a factor of 100 about the value. */
function rangeOf(
  { minimum, maximum, exclusiveMinimum, exclusiveMaximum, default: initial, type }: NumberSchema,
  value: number,
): Range {
  const least = minimum ?? exclusiveMinimum;
  const most = maximum ?? exclusiveMaximum;
  const about = Math.abs(value) || Math.abs(Number(initial ?? 0)) || 1;
  if (least !== undefined && most !== undefined && Number.isFinite(most - least)) {
    const isLog = least > 0 && most / least > WIDE;
    return { low: least, high: most, isLog };
  }
  if (least !== undefined && least >= 0) {
    const low = type === 'integer' ? Math.max(1, least) : about / 100;
    return value === 0
      ? { low: least, high: about, isLog: false }
      : { low, high: Math.max(about * 100, low * 2), isLog: true };
  }
  return {
    low: Math.max(least ?? -Infinity, value - 10 * about),
    high: Math.min(most ?? Infinity, value + 10 * about),
    isLog: false,
  };
}

const toStep = ({ low, high, isLog }: Range, value: number): number =>
  Math.round(STEPS * (isLog ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low)));
const fromStep = ({ low, high, isLog }: Range, step: number): number => {
  const share = step / STEPS;
  return Number((isLog ? low * (high / low) ** share : low + share * (high - low)).toPrecision(3));
};

/** A number by slider or keyboard, with what it means and where it comes from. What is no number is told and changes nothing. */
export function Slider({ name, help, source, schema, value, onSet }: SliderProps) {
  const shown = value ?? Number(schema.default ?? 0);
  const [text, setText] = useState<string>();
  const [range, setRange] = useState<Range>(() => rangeOf(schema, shown));
  const isWhole = schema.type === 'integer';
  const given = text === undefined ? shown : Number(text);
  const fault =
    text !== undefined && (text.trim() === '' || !Number.isFinite(given))
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
          max={STEPS}
          value={toStep(range, shown)}
          aria-label={name}
          aria-valuetext={String(shown)}
          onInput={({ currentTarget }) => {
            setText(undefined);
            set(fromStep(range, Number(currentTarget.value)));
          }}
        />
      </label>
      <input
        type="text"
        inputMode="decimal"
        aria-label={`${name}, as a number`}
        aria-invalid={fault !== undefined}
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
        onBlur={() => fault === undefined && setText(undefined)}
      />
      <p class="hint">
        {help}; {source}
      </p>
      {fault && (
        <p class="fault" role="alert">
          {fault}
        </p>
      )}
    </div>
  );
}
