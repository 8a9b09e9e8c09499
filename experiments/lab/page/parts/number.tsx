import { useState } from 'preact/hooks';

interface NumberFieldProps {
  readonly label: string;
  /** A text is shown as it is; what is typed must be a number. */
  readonly value: number | string;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  readonly disabled?: boolean;
  readonly onChange: (value: number) => void;
}

/** A whole number; what is none, or out of range, is told beside it and changes nothing. */
export function NumberField({ label, value, min, max, step = 1, disabled = false, onChange }: NumberFieldProps) {
  const [text, setText] = useState<string>();
  const given = Number(text);
  const right = text === undefined || (text.trim() !== '' && Number.isInteger(given) && given >= min && given <= max);
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="text"
        inputMode="numeric"
        value={text ?? String(value)}
        disabled={disabled}
        aria-invalid={!right}
        data-step={step}
        onInput={({ currentTarget }) => {
          const next = currentTarget.value;
          setText(next);
          const number = Number(next);
          if (next.trim() !== '' && Number.isInteger(number) && number >= min && number <= max) onChange(number);
        }}
        onBlur={() => right && setText(undefined)}
      />
      {!right && (
        <span
          class="fault"
          role="alert"
        >{`${label} is ${JSON.stringify(text)}, but must be a whole number from ${min.toLocaleString('en')} to ${max.toLocaleString('en')}.`}</span>
      )}
    </label>
  );
}

interface ChoiceFieldProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly (T | readonly [T, string])[];
  readonly disabled?: boolean;
  readonly onChange: (value: T) => void;
}

/** One of a few. */
export const ChoiceField = <T extends string>({
  label,
  value,
  options,
  disabled = false,
  onChange,
}: ChoiceFieldProps<T>) => (
  <label class="field">
    <span>{label}</span>
    <select value={value} disabled={disabled} onChange={({ currentTarget }) => onChange(currentTarget.value as T)}>
      {options.map((option) => {
        const [name, text] = typeof option === 'string' ? [option, option] : option;
        return (
          <option key={name} value={name} selected={name === value}>
            {text}
          </option>
        );
      })}
    </select>
  </label>
);
