import type { ButtonHTMLAttributes, ComponentChildren, InputHTMLAttributes } from 'preact';
import { useState } from 'preact/hooks';
import { describeProgress, type ProgressState } from '../../../run/progressText.ts';

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

export const formatProgress = (state: ProgressState | undefined): string =>
  state ? `${state.label}: ${describeProgress(state)}` : 'loading';

interface ProgressProps {
  readonly label: string;
  readonly state: ProgressState | undefined;
  /** Text beside the progress bar; default: the description of the progress. */
  readonly children?: ComponentChildren;
}

export const Progress = ({ label, state, children = formatProgress(state) }: ProgressProps) => (
  <div role="status">
    <progress aria-label={label} max={Math.max(1, state?.total ?? 1)} value={state?.done ?? 0} /> {children}
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

interface NumberInputProps extends Omit<InputHTMLAttributes, 'onChange'> {
  readonly value: number | undefined;
  /** Text after "must be" in the message about invalid input. */
  readonly requirement: string;
  readonly onChange: (value: number) => void;
}

/** Input field of a number; an invalid input shows an error beside the field and changes no setting. */
export function NumberInput({ value, requirement, onChange, ...attributes }: NumberInputProps) {
  const [typed, setTyped] = useState<{ readonly text: string; readonly isValid: boolean }>();
  return (
    <>
      <input
        type="number"
        required
        {...attributes}
        value={typed?.text ?? value ?? ''}
        aria-invalid={typed?.isValid === false}
        onInput={({ currentTarget: { value: text, valueAsNumber, validity } }) => {
          setTyped({ text, isValid: validity.valid });
          if (validity.valid) onChange(valueAsNumber);
        }}
        onBlur={() => typed?.isValid && setTyped(undefined)}
      />
      <ErrorBox text={typed?.isValid === false ? `The value must be ${requirement}.` : undefined} />
    </>
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
