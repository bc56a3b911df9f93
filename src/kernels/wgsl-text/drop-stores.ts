import { assignmentAt } from './assignment.ts';
import { type Edit, edited } from './edits.ts';
import { reachedFrom, textOf, type WgslModule } from './module.ts';
import { referencesIn } from './references.ts';

/**
 * The text of a module that evaluates what an entry point would store in buffers, and stores nothing: compilers then leave out the
 * arithmetic, and where lanes go stays as it is. Buffers that are read as well, or lent by pointers, are written as before.
 */
export function dropStores(module: WgslModule, entryPoint: string): string {
  const { tokens } = module;
  const kept = new Set<string>();
  const edits: Edit[] = [];
  for (const each of reachedFrom(module, entryPoint)) {
    for (const at of referencesIn(module, each, {
      kind: 'module',
      has: (name) => module.written.has(name),
    })) {
      const store = storeAt(module, at);
      if (store) edits.push(store);
      else kept.add(tokens[at]!.text);
    }
  }
  return edited(
    module,
    edits.filter(({ from }) => !kept.has(tokens[from]!.text)),
  );
}

/** An assignment that begins at a token, without its effect; undefined where there is none, or one that also reads. */
function storeAt(module: WgslModule, at: number): Edit | undefined {
  const { tokens } = module;
  const assignment = assignmentAt(tokens, at);
  if (!assignment || tokens[assignment.operator]!.text !== '=') return undefined;
  const { indices, operator, end } = assignment;
  const parts = [...indices, { from: operator + 1, to: end }];
  const text = parts.map((part) => `_ = ${textOf(module, part)};`).join(' ');
  return { from: at, to: end + 1, text: `{ ${text} }` };
}
