import { autocompletion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, linter, lintGutter } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import {
  Decoration,
  EditorView,
  hoverTooltip,
  keymap,
  lineNumbers,
  MatchDecorator,
  ViewPlugin,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { NetworkFileError } from '../../../worker/network.ts';
import type { WorkerCalls } from '../../../worker/worker.ts';

/** Functions that answer questions of the editor about the schema of network files. */
export interface SchemaGuide {
  readonly schemaWords: ReturnType<WorkerCalls['listSchemaWords']>;
  suggest(text: string, position: number): Promise<ReturnType<WorkerCalls['suggestEntries']>>;
  explainEntry(text: string, position: number): Promise<ReturnType<WorkerCalls['explainEntry']>>;
  /** Finds the first error of a text. */
  findFirstError(text: string): Promise<NetworkFileError | null>;
}

const CHECK_DELAY_MS = 300;

const THEME = EditorView.theme({
  '&': { fontSize: '13px', maxHeight: '60vh', color: 'var(--ink)', backgroundColor: 'var(--ground)' },
  '.cm-scroller': { overflow: 'auto', fontFamily: "'DejaVu Sans Mono', Consolas, monospace" },
  '.cm-gutters': { backgroundColor: 'var(--card)', color: 'var(--muted)', borderRight: '1px solid var(--rule)' },
  '.cm-content': { caretColor: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-key': { color: 'light-dark(#005a8c, #6cc1f0)' },
  '.cm-name': { color: 'light-dark(#8a3f00, #f2a65a)' },
  '.cm-info': { padding: '4px 8px', maxWidth: '320px' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': { backgroundColor: 'var(--accent)', color: 'white' },
  '.cm-tooltip': { backgroundColor: 'var(--card)', color: 'var(--ink)', border: '1px solid var(--rule)' },
});

const HIGHLIGHT = HighlightStyle.define([
  { tag: tags.lineComment, color: 'var(--muted)', fontStyle: 'italic' },
  { tag: tags.definition(tags.propertyName), fontWeight: 'bold' },
]);

/** Highlights keys of the schema, and names of models and choices. */
function highlightWords({ keys, values }: SchemaGuide['schemaWords']) {
  const known = { key: new Set(keys), value: new Set(values) };
  const marks = { key: Decoration.mark({ class: 'cm-key' }), value: Decoration.mark({ class: 'cm-name' }) };
  const matcher = new MatchDecorator({
    regexp: /[A-Za-z]\w*(\s*:)?/g,
    decorate(add, from, _to, [match, colon], view) {
      const line = view.state.doc.lineAt(from);
      if (line.text.slice(0, from - line.from).includes('#')) return; // no highlighting in a comment
      const word = match.slice(0, match.length - (colon?.length ?? 0));
      const kind = colon === undefined ? 'value' : 'key';
      if (known[kind].has(word)) add(from, from + word.length, marks[kind]);
    },
  });
  return ViewPlugin.define(
    (view) => ({
      decorations: matcher.createDeco(view),
      update(update) {
        this.decorations = matcher.updateDeco(update, this.decorations);
      },
    }),
    { decorations: ({ decorations }) => decorations },
  );
}

const completeEntries =
  (guide: SchemaGuide) =>
  async (context: CompletionContext): Promise<CompletionResult | null> => {
    const isWord = context.matchBefore(/[\w-]+|[:{,[-] $/) !== null;
    if (!isWord && !context.explicit) return null;
    const { from, options } = await guide.suggest(context.state.doc.toString(), context.pos);
    return options.length === 0 ? null : { from, options, validFor: /^[\w-]*$/ };
  };

const explainWords = (guide: SchemaGuide) =>
  hoverTooltip(async (view, position) => {
    const found = await guide.explainEntry(view.state.doc.toString(), position);
    if (found === null) return null;
    const { from, to, info } = found;
    const create = () => ({
      dom: Object.assign(document.createElement('div'), { className: 'cm-info', textContent: info }),
    });
    return { pos: from, end: to, create };
  });

const lintFile = (guide: SchemaGuide) =>
  linter(
    async ({ state: { doc } }): Promise<Diagnostic[]> => {
      const error = await guide.findFirstError(doc.toString());
      if (error === null) return [];
      const { from, to } = doc.line(Math.min(error.lineNumber, doc.lines));
      return [{ from, to, severity: 'error', message: error.message }];
    },
    { delay: CHECK_DELAY_MS },
  );

/** Creates the editor of a network file, with adopted style sheets: the page policy forbids style elements. */
export function openEditor(
  parent: HTMLElement,
  text: string,
  guide: SchemaGuide,
  onChange: (text: string) => void,
): EditorView {
  const root = parent.shadowRoot ?? parent.attachShadow({ mode: 'open' });
  return new EditorView({
    parent: root as unknown as HTMLElement,
    root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        history(),
        keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
        yaml(),
        THEME,
        syntaxHighlighting(HIGHLIGHT),
        highlightWords(guide.schemaWords),
        autocompletion({ override: [completeEntries(guide)] }),
        explainWords(guide),
        lintFile(guide),
        lintGutter(),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ 'aria-label': 'Network file; Escape, then Tab leaves it', tabindex: '0' }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) onChange(update.state.doc.toString());
        }),
      ],
    }),
  });
}
