import type { ButtonHTMLAttributes, ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

export const ErrorBox = ({ text }: { readonly text: string | undefined }) =>
  text === undefined ? null : (
    <span class="error" role="alert">
      {text}
    </span>
  );

export const Hints = ({ lines }: { readonly lines: readonly string[] }) => (
  <>
    {lines.map((line) => (
      <p key={line} class="hint">
        {line}
      </p>
    ))}
  </>
);

export const Progress = (props: { label: string; total?: number; done?: number; children: ComponentChildren }) => (
  <div role="status">
    <progress aria-label={props.label} max={Math.max(1, props.total ?? 1)} value={props.done ?? 0} /> {props.children}
  </div>
);

export const Button = ({ text, ...attributes }: ButtonHTMLAttributes & { readonly text: string }) => (
  <button type="button" {...attributes}>
    {text}
  </button>
);

export const Field = ({ label, children }: { readonly label: string; readonly children: ComponentChildren }) => (
  // biome-ignore lint/a11y/noLabelWithoutControl: `children` contains the control
  <label class="field">
    <span>{label}</span>
    {children}
  </label>
);

interface CheckFieldProps {
  readonly label: string;
  readonly hint: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

export const CheckField = ({ label, hint, checked, onChange }: CheckFieldProps) => (
  <label class="check">
    <input type="checkbox" checked={checked} onChange={({ currentTarget }) => onChange(currentTarget.checked)} />{' '}
    {label}
    <span class="hint">{hint}</span>
  </label>
);

interface NumberFieldProps {
  readonly label: string;
  /** Number, or text that is shown unchanged; input must be a number. */
  readonly value: number | string;
  readonly min: number;
  readonly max: number;
  readonly disabled: boolean;
  readonly onChange: (value: number) => void;
}

/** Input of an integer; invalid or out-of-range input gives an error beside it and changes nothing. */
export function NumberField({ label, value, min, max, disabled, onChange }: NumberFieldProps) {
  const [text, setText] = useState<string>();
  const isInRange = (input: string): boolean =>
    input.trim() !== '' && Number.isInteger(Number(input)) && Number(input) >= min && Number(input) <= max;
  const isValid = text === undefined || isInRange(text);
  const range = `${min.toLocaleString('en')} to ${max.toLocaleString('en')}`;
  return (
    <Field label={label}>
      <input
        type="text"
        inputMode="numeric"
        value={text ?? String(value)}
        disabled={disabled}
        aria-invalid={!isValid}
        onInput={({ currentTarget }) => {
          const next = currentTarget.value;
          setText(next);
          if (isInRange(next)) onChange(Number(next));
        }}
        onBlur={() => isValid && setText(undefined)}
      />
      <ErrorBox
        text={isValid ? undefined : `${label} is ${JSON.stringify(text)}, but must be an integer from ${range}.`}
      />
    </Field>
  );
}

interface ChoiceFieldProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly (T | readonly [T, string])[];
  readonly disabled?: boolean;
  readonly onChange: (value: T) => void;
  readonly children?: ComponentChildren;
}

export const ChoiceField = <T extends string>(props: ChoiceFieldProps<T>) => (
  <Field label={props.label}>
    <select
      value={props.value}
      disabled={props.disabled}
      onChange={({ currentTarget }) => props.onChange(currentTarget.value as T)}
    >
      {props.options.map((option) => {
        const [name, text] = typeof option === 'string' ? [option, option] : option;
        return (
          <option key={name} value={name} selected={name === props.value}>
            {text}
          </option>
        );
      })}
    </select>
    {props.children}
  </Field>
);
