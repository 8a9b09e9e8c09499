import type { JsonSchema } from '../../../../../core/declare/jsonSchema.ts';
import type { Described } from '../../../worker/device.ts';
import { type NumberSchema, Slider } from './slider.tsx';

/** Where a value comes from, as the device file tells it. */
export function sourceOf({ device }: Described, path: string): string {
  const is = ({ parameter }: { readonly parameter: string }) => parameter === path;
  const quoted = device.quoted.find(is);
  if (quoted) return `quoted: ${quoted.reference}`;
  const derived = device.derived.find(is);
  if (derived) return `derived: ${derived.formula}`;
  const assumed = device.assumed.find(is);
  if (assumed) return `assumed: ${assumed.why}`;
  if (device.defaults.some(is)) return 'default of the model';
  return 'set here, or without a source';
}

interface Node extends JsonSchema {
  readonly unit?: string;
  readonly description?: string;
}

interface ParametersProps {
  readonly of: Described;
  readonly onSet: (path: string, value: unknown) => void;
}

/** The alternative of a schema that is a plain number, a flag, a choice or a mapping. */
function plain(schema: Node): Node | undefined {
  if (schema.enum || ['number', 'integer', 'boolean', 'object'].includes(String(schema.type))) return schema;
  const found = (schema.anyOf ?? schema.oneOf ?? []).map((one) => plain(one as Node)).find((one) => one !== undefined);
  return (
    found && {
      ...found,
      ...(schema.description && { description: schema.description }),
      ...(schema.unit && { unit: schema.unit }),
    }
  );
}

interface RowProps extends ParametersProps {
  readonly path: string;
  readonly name: string;
  readonly schema: Node;
  readonly value: unknown;
}

/** A mapping that may be absent: a flaw, on or off. */
function Flaw({ of, path, name, schema, value, onSet }: RowProps) {
  const isOn = typeof value === 'object' && value !== null;
  const own = (isOn ? value : {}) as Readonly<Record<string, unknown>>;
  const entries = Object.entries(schema.properties ?? {}) as [string, Node][];
  const first = () =>
    Object.fromEntries(
      ((schema.required ?? []) as string[]).map((key) => [key, startOf(plain(schema.properties![key] as Node))]),
    );
  return (
    <fieldset class="flaw">
      <legend>
        <label>
          <input type="checkbox" checked={isOn} onChange={() => onSet(path, isOn ? null : first())} /> {name}
        </label>
      </legend>
      <p class="hint">{schema.description}</p>
      {isOn &&
        entries.map(([key, node]) => (
          <Row key={key} of={of} path={`${path}.${key}`} name={key} schema={node} value={own[key]} onSet={onSet} />
        ))}
    </fieldset>
  );
}

/** A value to begin with where the schema has no default. */
function startOf(schema: Node | undefined): unknown {
  if (schema === undefined) return undefined;
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  if (schema.type === 'boolean') return false;
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema as NumberSchema;
  const least = minimum ?? exclusiveMinimum ?? 0;
  const most = maximum ?? exclusiveMaximum;
  if (most !== undefined) return least + 0.1 * (most - least);
  return schema.type === 'integer' ? Math.max(1000, least) : Math.max(1, least);
}

function Row({ of, path, name, schema, value, onSet }: RowProps) {
  const node = plain(schema);
  if (node === undefined || node.const !== undefined) return null;
  if (node.type === 'object') {
    const variants = (schema.oneOf ?? schema.anyOf ?? []) as Node[];
    const chosen = variants.find((one) => isVariant(one, value)) ?? node;
    return (
      <Flaw
        of={of}
        path={path}
        name={name}
        schema={{ ...chosen, description: schema.description ?? chosen.description ?? '' }}
        value={value}
        onSet={onSet}
      />
    );
  }
  const source = sourceOf(of, path);
  const help = `${node.description ?? ''}${node.unit && node.unit !== '1' ? ` (${node.unit})` : ''}`;
  if (node.type === 'boolean')
    return (
      <label class="check">
        <input
          type="checkbox"
          checked={value === true}
          onChange={({ currentTarget }) => onSet(path, currentTarget.checked)}
        />{' '}
        {name}
        <span class="hint">
          {help}; {source}
        </span>
      </label>
    );
  if (node.enum)
    return (
      <label class="field">
        <span>{name}</span>
        <select value={String(value)} onChange={({ currentTarget }) => onSet(path, currentTarget.value)}>
          {value === undefined && (
            <option value="undefined" selected>
              left out
            </option>
          )}
          {(node.enum as string[]).map((option) => (
            <option key={option} selected={option === value}>
              {option}
            </option>
          ))}
        </select>
        <span class="hint">
          {help}; {source}
        </span>
      </label>
    );
  if (value !== undefined && typeof value !== 'number')
    return (
      <p class="hint">
        {name}: {JSON.stringify(value)}; {source}
      </p>
    );
  return (
    <Slider
      name={name}
      help={help}
      source={source}
      schema={node as NumberSchema}
      value={value as number | undefined}
      onSet={(next) => onSet(path, next)}
    />
  );
}

function isVariant({ properties = {} }: Node, value: unknown): boolean {
  const model = (properties.model as Node | undefined)?.const;
  return (
    model !== undefined && typeof value === 'object' && value !== null && (value as { model?: unknown }).model === model
  );
}

/** So many that a file tells are shown first. */
const FEW = 3;

/** A control for every parameter of a device's schema. */
export function Parameters({ of, onSet }: ParametersProps) {
  return (
    <>
      {(['device', 'shortTerm'] as const).map((kind) => {
        const schema = of.schemas[kind];
        const values = of.device[kind];
        if (schema === null || values === null) return null;
        const rows = Object.entries(schema.properties ?? {}) as [string, Node][];
        const isFlaw = ([, node]: [string, Node]) => plain(node)?.type === 'object';
        const isOn = ([key]: [string, Node]) => typeof values[key] === 'object' && values[key] !== null;
        const isTold = ([key]: [string, Node]) =>
          !of.device.defaults.some(({ parameter }) => parameter === `${kind}.${key}`) && values[key] !== undefined;
        const flaws = rows.filter(isFlaw);
        const others = rows.filter((row) => !isFlaw(row));
        const told = others.filter(isTold);
        const first = told.length >= FEW ? told : others;
        const rest = told.length >= FEW ? others.filter((row) => !isTold(row)) : [];
        const show = ([key, node]: [string, Node]) => (
          <Row key={key} of={of} path={`${kind}.${key}`} name={key} schema={node} value={values[key]} onSet={onSet} />
        );
        return (
          <div key={kind} class="parameters">
            <h3>{kind === 'device' ? `Parameters of ${values.model}` : `Short-term dynamics: ${values.model}`}</h3>
            {first.map(show)}
            {rest.length > 0 && (
              <details>
                <summary>{rest.length} more, as the model has them</summary>
                {rest.map(show)}
              </details>
            )}
            {flaws.length > 0 && <h3>Flaws and readings</h3>}
            {flaws.filter(isOn).map(show)}
            {flaws.some((row) => !isOn(row)) && (
              <details open={!flaws.some(isOn)}>
                <summary>{flaws.filter((row) => !isOn(row)).length} that are off</summary>
                {flaws.filter((row) => !isOn(row)).map(show)}
              </details>
            )}
          </div>
        );
      })}
    </>
  );
}
