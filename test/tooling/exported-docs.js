/** Where a comment on an exported symbol of each kind is looked for: before the export statement. */
const EXPORTS = 'ExportNamedDeclaration[declaration]';

/**
 * An ESLint rule: every exported symbol has a doc comment. Overloads after the first share the first's.
 *
 * @type {import('eslint').Rule.RuleModule}
 */
export const exportedDocs = {
  meta: { type: 'suggestion', schema: [], messages: { missing: 'Say in a doc comment what {{name}} is.' } },
  create(context) {
    let previous = '';
    return {
      [EXPORTS](node) {
        const { declaration } = node;
        const name = declaration.id?.name ?? declaration.declarations?.[0]?.id.name ?? 'this';
        const isOverload = name === previous;
        previous = name;
        const [comment] = context.sourceCode.getCommentsBefore(node).slice(-1);
        const documented = comment?.type === 'Block' && comment.value.startsWith('*');
        if (!documented && !isOverload && !hasDecoratorDocs(context, declaration)) {
          context.report({ node, messageId: 'missing', data: { name } });
        }
      },
    };
  },
};

/** A decorated class has its comment before the decorator, which comes before `export`. */
function hasDecoratorDocs({ sourceCode }, { decorators = [] }) {
  const [first] = decorators;
  if (!first) return false;
  const [comment] = sourceCode.getCommentsBefore(first).slice(-1);
  return comment?.type === 'Block' && comment.value.startsWith('*');
}
