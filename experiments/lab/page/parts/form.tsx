import { useState } from 'preact/hooks';

export const ErrorBox = ({ text }: { readonly text: string | undefined }) =>
  text === undefined ? null : (
    <span class="error" role="alert">
      {text}
    </span>
  );

interface NumberFieldProps {
  readonly label: string;
  /** Number, or text that is shown unchanged; input must be a number. */
  readonly value: number | string;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  readonly disabled?: boolean;
  readonly onChange: (value: number) => void;
}

/** Input of an integer; invalid or out-of-range input gives an error beside it and changes nothing. */
export function NumberField({ label, value, min, max, step = 1, disabled = false, onChange }: NumberFieldProps) {
  const [text, setText] = useState<string>();
  const isInRange = (input: string): boolean =>
    input.trim() !== '' && Number.isInteger(Number(input)) && Number(input) >= min && Number(input) <= max;
  const isValid = text === undefined || isInRange(text);
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="text"
        inputMode="numeric"
        value={text ?? String(value)}
        disabled={disabled}
        aria-invalid={!isValid}
        data-step={step}
        onInput={({ currentTarget }) => {
          const next = currentTarget.value;
          setText(next);
          if (isInRange(next)) onChange(Number(next));
        }}
        onBlur={() => isValid && setText(undefined)}
      />
      {!isValid && (
        <ErrorBox
          text={`${label} is ${JSON.stringify(text)}, but must be an integer from ${min.toLocaleString('en')} to ${max.toLocaleString('en')}.`}
        />
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
