import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import type { NetworkFileError } from '../../../worker/network.ts';

export interface Editor {
  replaceText(text: string): void;
  markError(error: NetworkFileError | null): void;
  close(): void;
}

const THEME = EditorView.theme({
  '&': { fontSize: '13px', maxHeight: '60vh', color: 'var(--ink)', backgroundColor: 'var(--ground)' },
  '.cm-scroller': { overflow: 'auto', fontFamily: "'DejaVu Sans Mono', Consolas, monospace" },
  '.cm-gutters': { backgroundColor: 'var(--card)', color: 'var(--muted)', borderRight: '1px solid var(--rule)' },
  '.cm-content': { caretColor: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-tooltip': { backgroundColor: 'var(--card)', color: 'var(--ink)', border: '1px solid var(--rule)' },
});

/** Creates the editor of a network file, with adopted style sheets: the page policy forbids style elements. */
export function openEditor(parent: HTMLElement, text: string, onChange: (text: string) => void): Editor {
  const root = parent.shadowRoot ?? parent.attachShadow({ mode: 'open' });
  const view = new EditorView({
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
        lintGutter(),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ 'aria-label': 'Network file; Escape, then Tab leaves it', tabindex: '0' }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) onChange(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    replaceText: (next) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } }),
    markError(error) {
      const { doc } = view.state;
      const line = error && doc.line(Math.min(Math.max(1, error.lineNumber), doc.lines));
      const diagnostics: Diagnostic[] =
        error && line ? [{ from: line.from, to: line.to, severity: 'error', message: error.message }] : [];
      view.dispatch(setDiagnostics(view.state, diagnostics));
    },
    close: () => view.destroy(),
  };
}
